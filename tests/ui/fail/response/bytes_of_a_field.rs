use qelos_client::Response;

use qelos_client::bytes::Bytes;

#[derive(Response)]
struct Page {
    #[response(body)]
    file: Bytes,
}

#[derive(Response)]
struct Whole(Vec<u8>);

#[derive(Response)]
enum Download {
    #[response(200)]
    File(Bytes),
}

fn main() {}
