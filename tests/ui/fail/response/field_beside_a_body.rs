use qelos_client::Response;

use qelos_client::ApiError;

#[derive(Response)]
struct Page {
    #[response(body)]
    items: Vec<u32>,
    total: u32,
}

#[derive(Response)]
enum Refused {
    #[response(409)]
    Twice { error: ApiError, first: u32 },
}

fn main() {}
