use bytes::Bytes;
use http::{Request, Response};
use qelos_client::Client;

fn main() {
    let transport = async |_: Request<Bytes>| Response::new(Bytes::from_static(b"{}"));
    let client = Client::builder("https://acme.example").transport(transport).build();
}
