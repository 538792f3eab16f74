//! The default transport: reqwest with rustls. The only file that names reqwest.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{Request, Response};
use reqwest::{Client, redirect, retry};

use crate::transport::{Transport, TransportError, TransportErrorKind};

/// How long a whole exchange may take.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How long making a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The largest body that is read into memory.
const LARGEST_BODY: usize = 16 * 1024 * 1024;

/// Sends requests over the network, with TLS by rustls and the certificates of the system.
///
/// One exchange takes at most 30 seconds, connecting at most 10, and a body larger than 16 MiB is not read. Redirects
/// are not followed: they would carry an `x-api-key` to whatever server the answer names. Proxies are taken from
/// `HTTPS_PROXY` and its siblings.
#[derive(Debug, Clone)]
pub struct ReqwestTransport {
    client: Client,
    largest_body: usize,
}

impl ReqwestTransport {
    /// With the limits described above.
    ///
    /// # Errors
    ///
    /// When the TLS library cannot be set up.
    pub fn new() -> Result<Self, TransportError> {
        let client = Client::builder()
            .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(redirect::Policy::none())
            // Whether a request may be repeated is decided by the client, which knows what it means.
            .retry(retry::never())
            .referer(false)
            .build()
            .map_err(error)?;
        Ok(Self { client, largest_body: LARGEST_BODY })
    }

    async fn read(&self, mut response: reqwest::Response) -> Result<Response<Bytes>, TransportError> {
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(error)? {
            if body.len() + chunk.len() > self.largest_body {
                let limit = format!("the body is larger than {} bytes", self.largest_body);
                return Err(TransportError::new(TransportErrorKind::Broken, limit));
            }
            body.extend_from_slice(&chunk);
        }
        let mut read = Response::new(body.freeze());
        *read.status_mut() = response.status();
        *read.headers_mut() = std::mem::take(response.headers_mut());
        Ok(read)
    }
}

impl Transport for ReqwestTransport {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let request = reqwest::Request::try_from(request).map_err(error)?;
        let response = self.client.execute(request).await.map_err(error)?;
        self.read(response).await
    }
}

/// Without the URL, which may hold what should not be printed.
fn error(error: reqwest::Error) -> TransportError {
    let kind = if error.is_connect() {
        TransportErrorKind::Connect
    } else if error.is_timeout() {
        TransportErrorKind::Timeout
    } else {
        TransportErrorKind::Broken
    };
    TransportError::new(kind, error.without_url())
}
