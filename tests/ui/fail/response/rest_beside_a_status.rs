use qelos_client::Response;

use qelos_client::ApiError;

#[derive(Response)]
enum Refused {
    #[response(_, 404)]
    Other(ApiError),
}

fn main() {}
