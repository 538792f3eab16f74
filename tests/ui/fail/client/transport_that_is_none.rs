use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use http::{Request, Response};
use qelos_client::{Client, TransportError, transport::ReqwestTransport};

fn text_as_a_transport() {
    let client = Client::builder("https://acme.example").transport(String::new()).build();
}

fn transport_by_reference() -> Result<(), qelos_client::Error> {
    let transport = ReqwestTransport::new()?;
    let builder = Client::builder("https://acme.example").transport(&transport);
    Ok(())
}

fn transport_that_is_a_result() {
    let client = Client::builder("https://acme.example").transport(ReqwestTransport::new()).build();
}

fn closure_without_a_result() {
    let transport = async |_: Request<Bytes>| Response::new(Bytes::from_static(b"{}"));
    let client = Client::builder("https://acme.example").transport(transport).build();
}

fn closure_that_borrows_from_itself() {
    let calls = AtomicUsize::new(0);
    let transport = async move |_: Request<Bytes>| {
        calls.fetch_add(1, Ordering::Relaxed);
        Ok::<_, TransportError>(Response::new(Bytes::from_static(b"{}")))
    };
    let client = Client::builder("https://acme.example").transport(transport).build();
}

fn main() {}
