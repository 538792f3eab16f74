//! What the documentation of `Transport` says of closures.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use http::{Request, Response};
use qelos_client::transport::ReqwestTransport;
use qelos_client::{Client, Transport, TransportError};

static CALLS: AtomicUsize = AtomicUsize::new(0);

fn empty() -> Result<Response<Bytes>, TransportError> {
    Ok(Response::new(Bytes::from_static(b"{}")))
}

fn is_sent(transport: impl Transport) {
    assert!(Client::builder("http://localhost").transport(transport).build().is_ok());
}

#[test]
fn closures_of_each_form_are_transports() {
    is_sent(async |_: Request<Bytes>| empty());
    is_sent(async |_: Request<Bytes>| {
        CALLS.fetch_add(1, Ordering::Relaxed);
        empty()
    });

    let leaked: &'static AtomicUsize = Box::leak(Box::default());
    is_sent(async move |_: Request<Bytes>| {
        leaked.fetch_add(1, Ordering::Relaxed);
        empty()
    });

    let owned = Arc::new(AtomicUsize::new(0));
    is_sent(move |_: Request<Bytes>| {
        let owned = Arc::clone(&owned);
        async move {
            owned.fetch_add(1, Ordering::Relaxed);
            empty()
        }
    });

    is_sent(Arc::new(async |_: Request<Bytes>| empty()));
    if let Ok(transport) = ReqwestTransport::new() {
        is_sent(Arc::new(transport));
    }
}
