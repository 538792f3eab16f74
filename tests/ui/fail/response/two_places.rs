use qelos_client::Response;

#[derive(Response)]
struct Page {
    #[response(header, status)]
    status: u16,
    #[response(body, raw)]
    body: String,
}

fn main() {}
