use qelos_client::Response;

use qelos_client::http::StatusCode;

#[derive(Response)]
struct Page {
    #[response(status)]
    status: u16,
    #[response(status)]
    code: StatusCode,
}

#[derive(Response)]
struct Pair(#[response(status)] u16, #[response(status)] u16);

fn main() {}
