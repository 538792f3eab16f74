//! The traces of a call. It is the only test of its process: `tracing` decides for the whole process which traces are
//! enabled, and threads without a subscriber of other tests would take part in that.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use qelos_client::auth::Public;
use qelos_client::testing::{Fault, Faults};
use qelos_client::{Client, Endpoint, TransportError};
use tracing_subscriber::fmt::format::FmtSpan;

#[derive(Debug, Endpoint)]
#[endpoint(GET, "/api/things/{name}", auth = Public)]
struct Read {
    name: String,
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn the_span_of_a_call_counts_its_attempts() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_ansi(false);
    let subscriber = subscriber.with_span_events(FmtSpan::CLOSE).with_writer(move || writer.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let network = Faults::around(async |_: Request<Bytes>| Ok::<_, TransportError>(Response::new(Bytes::new())));
    network.of_all().next([Fault::status(503), Fault::refused()]);
    let client = Client::builder("https://acme.example").transport(network).build().unwrap();
    client.call(&Read { name: "hunter2".to_owned() }).await.unwrap();

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert_eq!(log.matches("the call is sent again wait=").count(), 2, "{log}");
    let (_, span) = log.rsplit_once("qelos.call{").unwrap();
    for part in ["method=\"GET\"", "route=\"/api/things/{name}\"", "attempt=3", "status=200", "close"] {
        assert!(span.contains(part), "{part} in {span}");
    }
    assert!(!log.contains("hunter2"), "the template of the path is logged, not the path: {log}");
}
