//! The traces of a call, and the headers that take them to a server. It is a program of its own: `tracing` decides for the whole
//! process which traces are enabled, and threads without a subscriber of other tests would take part in that.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use opentelemetry::Context;
use opentelemetry::trace::noop::NoopTracer;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState};
use qelos_client::auth::Public;
use qelos_client::testing::{Fault, Faults};
use qelos_client::{Client, Endpoint, Error, Transport, TransportError};
use tracing::{Instrument as _, Level, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::SubscriberExt as _;

#[derive(Debug, Endpoint)]
#[endpoint(GET, "/api/things/{name}", auth = Public)]
struct Read {
    name: String,
}

#[derive(Debug, Endpoint)]
#[endpoint(POST, "/api/things/{name}", response = u32, auth = Public)]
struct Count {
    name: String,
}

fn read() -> Read {
    Read { name: "hunter2".to_owned() }
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

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

async fn empty(_: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
    tracing::debug!("the transport sends");
    Ok(Response::new(Bytes::new()))
}

/// The log of what happens in a call over a network with these faults, and the line that closes its span.
async fn log_of<E: Endpoint<Auth = Public>>(endpoint: &E, faults: Vec<Fault>) -> (String, String, Result<(), Error>) {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_max_level(Level::DEBUG).with_ansi(false);
    let subscriber = subscriber.with_span_events(FmtSpan::CLOSE).with_writer(move || writer.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let network = Faults::around(empty);
    network.of_all().next(faults);
    let client = Client::builder("https://acme.example:8443/prefix").transport(network).build().unwrap();
    let outcome = client.call(endpoint).await.map(drop);
    let text = log.text();
    assert!(!text.contains("hunter2"), "the template of the path is logged, not the path: {text}");
    assert_eq!(text.matches(" close ").count(), 1, "{text}");
    let span = text.rsplit_once("qelos.call{").unwrap().1.to_owned();
    (text, span, outcome)
}

#[tokio::test(start_paused = true)]
async fn a_call_is_one_span_with_one_event_for_each_attempt() {
    let (log, span, outcome) = log_of(&read(), vec![Fault::status(503), Fault::refused()]).await;
    outcome.unwrap();
    assert_eq!(log.matches("the call is sent again wait=").count(), 2, "{log}");
    let sends = log.lines().find(|line| line.ends_with("the transport sends")).unwrap();
    assert!(sends.contains("qelos.call{"), "what a transport logs is in the span of the call: {sends}");
    for part in [
        "otel.kind=\"client\"",
        "otel.name=GET /api/things/{name}",
        "http.request.method=\"GET\"",
        "url.template=\"/api/things/{name}\"",
        "server.address=\"acme.example\"",
        "server.port=8443",
        "credential=\"anonymous\"",
        "http.request.resend_count=2",
        "http.response.status_code=200",
        "close",
    ] {
        assert!(span.contains(part), "{part} in {span}");
    }
    assert!(!span.contains("error.type") && !span.contains("otel.status_code"), "{span}");
    let attempts: Vec<_> = log.lines().filter_map(|line| line.split_once("an attempt has ended ")).collect();
    let attempts: Vec<_> = attempts.iter().map(|(_, fields)| fields.split(" duration=").next().unwrap()).collect();
    let expected = [
        "http.response.status_code=503 error.type=\"503\"",
        "http.request.resend_count=1 error.type=\"connect\"",
        "http.request.resend_count=2 http.response.status_code=200",
    ];
    assert_eq!(attempts, expected, "{log}");
}

#[tokio::test(start_paused = true)]
async fn the_span_of_a_failed_call_has_the_type_of_its_error() {
    let count = || Count { name: "hunter2".to_owned() };
    let cases = [
        (vec![Fault::status(404)], "404", Some(404)),
        (vec![Fault::lost_response()], "broken", None),
        (vec![Fault::silence()], "deadline", None),
        // The response has no body.
        (vec![], "decode", Some(200)),
    ];
    for (faults, error_type, status) in cases {
        let (_, span, outcome) = log_of(&count(), faults).await;
        assert_eq!(outcome.unwrap_err().status().map(|status| status.as_u16()), status, "{span}");
        assert!(span.contains(&format!("error.type=\"{error_type}\" otel.status_code=\"ERROR\"")), "{span}");
        let code = status.map(|status| format!("http.response.status_code={status}"));
        assert!(code.is_none_or(|code| span.contains(&code)), "{span}");
        assert!(!span.contains("resend_count"), "it was sent once: {span}");
    }
}

/// A transport that keeps the headers of the last request.
fn recorder() -> (impl Transport, Arc<Mutex<HeaderMap>>) {
    let last = Arc::new(Mutex::new(HeaderMap::new()));
    let kept = Arc::clone(&last);
    let transport = move |request: Request<Bytes>| {
        *kept.lock().unwrap() = request.headers().clone();
        async { Ok::<_, TransportError>(Response::new(Bytes::new())) }
    };
    (transport, last)
}

#[tokio::test]
async fn a_server_is_told_the_trace_of_the_call() {
    let subscriber = tracing_subscriber::registry().with(tracing_opentelemetry::layer().with_tracer(NoopTracer::new()));
    let _guard = tracing::subscriber::set_default(subscriber);
    let (transport, sent) = recorder();
    let builder = Client::builder("https://acme.example").transport(transport);
    let client = builder.trace_headers(qelos_client::opentelemetry::trace_context).build().unwrap();
    client.call(&read()).await.unwrap();
    assert_eq!(sent.lock().unwrap().get("traceparent"), None, "there is no trace");

    let state = TraceState::from_key_value([("acme", "7")]).unwrap();
    let (trace, parent) = (TraceId::from_hex("0af7651916cd43dd8448eb211c80319c"), SpanId::from_hex("b7ad6b7169203331"));
    let parent = SpanContext::new(trace.unwrap(), parent.unwrap(), TraceFlags::SAMPLED, true, state);
    let span = info_span!("handler");
    span.set_parent(Context::new().with_remote_span_context(parent)).unwrap();
    client.call(&read()).instrument(span).await.unwrap();
    // The tracer of this test makes no ids of its own.
    assert_eq!(sent.lock().unwrap()["traceparent"], "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    assert_eq!(sent.lock().unwrap()["tracestate"], "acme=7");
}

#[tokio::test]
async fn headers_of_traces_replace_no_others() {
    let (transport, sent) = recorder();
    let write = |headers: &mut HeaderMap| {
        for name in ["traceparent", "baggage", "authorization", "host", "accept"] {
            headers.insert(name, "of the trace".parse().unwrap());
        }
    };
    let builder = Client::builder("https://acme.example").transport(transport).trace_headers(write);
    builder.build().unwrap().call(&read()).header("baggage", "of the call").await.unwrap();
    let sent = sent.lock().unwrap();
    assert_eq!(
        (&sent["traceparent"], &sent["baggage"]),
        (&"of the trace".parse().unwrap(), &"of the call".parse().unwrap())
    );
    assert_eq!(sent["accept"], "application/json");
    assert!(!sent.contains_key("authorization") && !sent.contains_key("host"), "{sent:?}");
}
