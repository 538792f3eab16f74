use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use http::{Request, Response};
use qelos_client::{Client, TransportError};

fn main() {
    let calls = AtomicUsize::new(0);
    let transport = async move |_: Request<Bytes>| {
        calls.fetch_add(1, Ordering::Relaxed);
        Ok::<_, TransportError>(Response::new(Bytes::from_static(b"{}")))
    };
    let client = Client::builder("https://acme.example").transport(transport).build();
}
