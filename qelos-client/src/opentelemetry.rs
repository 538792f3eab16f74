//! The context of distributed traces, from spans that `tracing-opentelemetry` exports.

use ::opentelemetry::trace::TraceContextExt as _;
use http::HeaderMap;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// Writes `traceparent` and `tracestate` of the current span, by the W3C recommendation "Trace Context": for
/// [`Builder::trace_headers`](crate::Builder::trace_headers). Without a span that OpenTelemetry knows, it writes nothing.
///
/// The span of a call has the level `DEBUG`. Where that is filtered out, the headers name the span around the call.
///
/// It is for the layer of `tracing-opentelemetry` 0.34: it does not find the spans of another version. Write a function of your
/// own for that one; the documentation of `trace_headers` has one.
///
/// ```
/// use qelos_client::{Client, opentelemetry::trace_context};
///
/// let client = Client::builder("https://acme.example").trace_headers(trace_context).build()?;
/// # let _ = client;
/// # Ok::<(), qelos_client::Error>(())
/// ```
pub fn trace_context(headers: &mut HeaderMap) {
    let context = Span::current().context();
    let span = context.span();
    let span = span.span_context();
    if !span.is_valid() {
        return;
    }
    let parent = format!("00-{}-{}-{:02x}", span.trace_id(), span.span_id(), span.trace_flags());
    let state = span.trace_state().header();
    for (name, text) in [("traceparent", parent), ("tracestate", state)] {
        if let Some(value) = text.parse().ok().filter(|_| !text.is_empty()) {
            headers.insert(name, value);
        }
    }
}
