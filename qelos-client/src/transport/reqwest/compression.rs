//! Compressed responses: asked for and unpacked by reqwest, where a feature of this crate says so.

use http::{HeaderValue, Method, header};
use reqwest::{ClientBuilder, Request};

/// Turns off what another crate of the program has turned on, and this one has not: a feature of reqwest is on in each of its
/// clients.
pub(super) fn choose(client: ClientBuilder) -> ClientBuilder {
    #[cfg(not(feature = "brotli"))]
    let client = client.no_brotli();
    #[cfg(not(feature = "deflate"))]
    let client = client.no_deflate();
    #[cfg(not(feature = "gzip"))]
    let client = client.no_gzip();
    #[cfg(not(feature = "zstd"))]
    let client = client.no_zstd();
    client
}

/// Asks for the response as it is where a compressed one would be another: a range would be one of the compressed bytes, and a
/// response without a body would have their length.
pub(super) fn exempt(request: &mut Request) {
    let is_possible = cfg!(any(feature = "brotli", feature = "deflate", feature = "gzip", feature = "zstd"));
    if is_possible && (request.method() == Method::HEAD || request.headers().contains_key(header::RANGE)) {
        let asked = request.headers_mut().entry(header::ACCEPT_ENCODING);
        asked.or_insert_with(|| HeaderValue::from_static("identity"));
    }
}
