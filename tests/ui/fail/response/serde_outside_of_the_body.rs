use qelos_client::Response;

#[derive(Response)]
struct Page {
    #[response(header)]
    #[serde(default)]
    etag: String,
    #[response(status)]
    #[serde(rename = "code")]
    status: u16,
    #[response(body)]
    #[serde(flatten)]
    items: Vec<u32>,
    #[response(header = "x-price")]
    #[serde(with = "cents")]
    price: u32,
    #[response(header = "x-note")]
    #[serde(default = "note")]
    note: String,
}

fn main() {}
