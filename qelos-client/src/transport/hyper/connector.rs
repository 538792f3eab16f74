//! Makes connections: looks names up, goes through proxies, and encrypts.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::future::{Future, ready};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use std::{io, iter, vec};

use http::uri::Scheme;
use http::{HeaderMap, HeaderValue, Uri, header};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::legacy::connect::{Connected, Connection as Describe, HttpConnector};
use hyper_util::client::proxy::matcher::Intercept;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tower_service::Service;

use super::proxies::Proxies;
use super::tls::Tls;
use crate::transport::{TransportError, TransportErrorKind};

type Later<T> = Pin<Box<dyn Future<Output = Result<T, TransportError>> + Send>>;

/// Makes connections to servers. A clone shares everything.
#[derive(Clone)]
pub(super) struct Connector(Arc<Ways>);

/// The ways to servers.
struct Ways {
    tcp: HttpConnector<Resolver>,
    /// The error for https in a program without TLS or cryptography, or on a machine without trusted certificates.
    tls: Result<Tls, TransportError>,
    proxies: Proxies,
    user_agent: HeaderValue,
    limit: Duration,
}

impl Connector {
    /// Connects in at most this time; `known` has the addresses of names that are not looked up.
    pub(super) fn new(
        tls: Result<Tls, TransportError>,
        proxies: Proxies,
        known: HashMap<String, SocketAddr>,
        user_agent: HeaderValue,
        limit: Duration,
    ) -> Self {
        let mut tcp = HttpConnector::new_with_resolver(Resolver { known: Arc::new(known) });
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        // A name with several addresses: one that does not respond leaves time for the others.
        tcp.set_connect_timeout(Some(limit));
        // The operating system finds out that a peer is gone.
        tcp.set_keepalive(Some(Duration::from_secs(15)));
        tcp.set_keepalive_interval(Some(Duration::from_secs(15)));
        tcp.set_keepalive_retries(Some(3));
        #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
        tcp.set_tcp_user_timeout(Some(Duration::from_secs(30)));
        Self(Arc::new(Ways { tcp, tls, proxies, user_agent, limit }))
    }

    pub(super) fn proxies(&self) -> &Proxies {
        &self.0.proxies
    }

    /// Checks whether there is a way to this server, without going there.
    pub(super) fn check(&self, server: &Uri) -> Result<(), TransportError> {
        if is_https(server) {
            self.0.tls()?.name_of(server)?;
        }
        self.0.proxies.of(server).map(drop)
    }
}

impl Service<Uri> for Connector {
    type Response = Connection;
    type Error = TransportError;
    type Future = Later<Connection>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, server: Uri) -> Later<Connection> {
        let ways = Arc::clone(&self.0);
        Box::pin(async move {
            let connected = timeout(ways.limit, ways.connect(&server)).await;
            connected.unwrap_or_else(|late| Err(TransportError::new(TransportErrorKind::ConnectTimeout, late)))
        })
    }
}

impl Ways {
    async fn connect(self: &Arc<Self>, server: &Uri) -> Result<Connection, TransportError> {
        let proxy = self.proxies.of(server)?;
        let is_proxied = proxy.is_some();
        if !is_https(server) {
            let stream = match proxy {
                Some(proxy) => self.to_proxy(proxy.uri()).await?,
                None => self.tcp(server).await?,
            };
            return Ok(Connection { stream, is_proxied, is_http_2: false });
        }
        let tls = self.tls()?;
        let name = tls.name_of(server)?;
        let stream = match proxy {
            Some(proxy) => self.tunnel(&proxy, server).await?,
            None => self.tcp(server).await?,
        };
        let (stream, is_http_2) = tls.to_server(name, stream.into_inner()).await?;
        Ok(Connection { stream: boxed(stream), is_proxied: false, is_http_2 })
    }

    async fn tcp(&self, to: &Uri) -> Result<Stream, TransportError> {
        let stream = self.tcp.clone().call(to.clone()).await.map_err(|error| {
            let is_late = causes(&error).any(|cause| {
                cause.downcast_ref().is_some_and(|cause: &io::Error| cause.kind() == io::ErrorKind::TimedOut)
            });
            let kind = if is_late { TransportErrorKind::ConnectTimeout } else { TransportErrorKind::Connect };
            reported(&error).unwrap_or_else(|| TransportError::new(kind, error))
        })?;
        Ok(boxed(stream.into_inner()))
    }

    async fn to_proxy(&self, proxy: &Uri) -> Result<Stream, TransportError> {
        let connect = async {
            let stream = self.tcp(proxy).await?;
            if !is_https(proxy) {
                return Ok(stream);
            }
            Ok(boxed(self.tls()?.to_proxy(proxy, stream.into_inner()).await?))
        };
        connect.await.map_err(|error: TransportError| {
            let causes: Vec<_> = error.causes().map(ToString::to_string).collect();
            let host = proxy.host().unwrap_or_default();
            TransportError::new(error.kind(), format!("at the proxy `{host}`: {}", causes.join(": ")))
        })
    }

    /// A connection to the server through the proxy, which sees the name of the server and encrypted bytes.
    async fn tunnel(self: &Arc<Self>, proxy: &Intercept, server: &Uri) -> Result<Stream, TransportError> {
        let headers = HeaderMap::from_iter([(header::USER_AGENT, self.user_agent.clone())]);
        let tunnel = Tunnel::new(proxy.uri().clone(), ToProxy(Arc::clone(self))).with_headers(headers);
        let mut tunnel = proxy.basic_auth().cloned().into_iter().fold(tunnel, Tunnel::with_auth);
        let made = tunnel.call(server.clone()).await;
        made.map_err(|error| {
            reported(&error).unwrap_or_else(|| TransportError::new(TransportErrorKind::Connect, error))
        })
    }

    fn tls(&self) -> Result<&Tls, TransportError> {
        self.tls.as_ref().map_err(Clone::clone)
    }
}

/// Connects to a proxy, for a tunnel.
struct ToProxy(Arc<Ways>);

impl Service<Uri> for ToProxy {
    type Response = Stream;
    type Error = TransportError;
    type Future = Later<Stream>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, proxy: Uri) -> Later<Stream> {
        let ways = Arc::clone(&self.0);
        Box::pin(async move { ways.to_proxy(&proxy).await })
    }
}

fn is_https(uri: &Uri) -> bool {
    uri.scheme() == Some(&Scheme::HTTPS)
}

/// The error that a part of this transport reported, in an error of hyper.
pub(super) fn reported(error: &(dyn StdError + 'static)) -> Option<TransportError> {
    causes(error).find_map(|cause| cause.downcast_ref().cloned())
}

fn causes<'e>(error: &'e (dyn StdError + 'static)) -> impl Iterator<Item = &'e (dyn StdError + 'static)> {
    iter::successors(Some(error), |&cause| cause.source())
}

/// Looks names up with the operating system, except for those that the program has set.
#[derive(Clone)]
struct Resolver {
    known: Arc<HashMap<String, SocketAddr>>,
}

impl Service<Name> for Resolver {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = TransportError;
    type Future = Later<Self::Response>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        if let Some(&known) = self.known.get(name.as_str()) {
            return Box::pin(ready(Ok(vec![known].into_iter())));
        }
        let found = GaiResolver::new().call(name);
        Box::pin(async {
            let found = found.await.map_err(|error| TransportError::new(TransportErrorKind::Dns, error))?;
            Ok(found.collect::<Vec<_>>().into_iter())
        })
    }
}

/// A connection, encrypted or not, with or without a proxy.
type Stream = TokioIo<Box<dyn Duplex>>;

trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Duplex for S {}

fn boxed(stream: impl Duplex + 'static) -> Stream {
    TokioIo::new(Box::new(stream))
}

/// A connection on which requests can be sent.
pub(super) struct Connection {
    stream: Stream,
    /// Whether a proxy reads the requests, and needs whole URLs in them.
    is_proxied: bool,
    is_http_2: bool,
}

impl Describe for Connection {
    fn connected(&self) -> Connected {
        let connected = Connected::new().proxy(self.is_proxied);
        if self.is_http_2 { connected.negotiated_h2() } else { connected }
    }
}

impl Read for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl Write for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, parts)
    }
}
