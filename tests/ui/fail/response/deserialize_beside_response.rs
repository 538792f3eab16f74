use qelos_client::{Response, serde::Deserialize};

#[derive(Response, Deserialize)]
#[serde(crate = "qelos_client::serde")]
struct Page {
    #[response(header)]
    etag: String,
}

fn main() {}
