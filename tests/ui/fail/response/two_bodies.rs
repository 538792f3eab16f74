use qelos_client::Response;

use qelos_client::ApiError;

#[derive(Response)]
struct Page {
    #[response(body)]
    items: Vec<u32>,
    #[response(raw)]
    text: String,
}

#[derive(Response)]
enum Refused {
    #[response(404)]
    Missing(String, String),
    #[response(409)]
    Twice {
        error: ApiError,
        #[response(body)]
        first: u32,
    },
}

fn main() {}
