use qelos_client::Response;

#[derive(Response)]
struct Page {
    #[response(header = "x total")]
    total: u32,
    #[response(header = "")]
    empty: u32,
    #[response(header = "content-encoding")]
    encoding: String,
    #[response(header)]
    connection: Option<String>,
}

fn main() {}
