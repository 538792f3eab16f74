//! The port to which a browser comes back. It reads the first line of a request and writes one small page, which is too
//! little to need a server library.

use std::io;
use std::net::Ipv4Addr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::error::Error;

/// The longest head of a request. A browser sends the cookies of all programs of this machine along.
const LONGEST_HEAD: u64 = 64 * 1024;
/// How many connections are read at a time. Browsers open some that they do not use.
const CONNECTIONS: usize = 32;
/// How long a connection may take to send its request.
const PATIENCE: Duration = Duration::from_secs(10);

const DONE: Page = Page("200 OK", "The sign-in goes on in the program. You can close this window.");
const NOT_OURS: Page = Page("400 Bad Request", "This response belongs to another sign-in. Begin again in the program.");
const NOT_FOUND: Page = Page("404 Not Found", "There is nothing here.");

/// The status and the text of a page. Nothing in it comes from a request.
struct Page(&'static str, &'static str);

/// A port of this machine that is open for a browser.
pub(crate) struct CallbackPort {
    listener: TcpListener,
    path: String,
    redirect_uri: String,
}

impl CallbackPort {
    /// Opens a port of `127.0.0.1` that is free.
    pub(crate) async fn open(path: &str) -> Result<Self, Error> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "/-._~".contains(c);
        if !path.starts_with('/') || !path.chars().all(is_plain) {
            return Err(Error::config("the path of a redirect begins with `/`, and has letters, digits and `-._~`"));
        }
        let no_port =
            |error| Error::config(format_args!("no port of this machine can be opened for the browser: {error}"));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(no_port)?;
        let address = listener.local_addr().map_err(no_port)?;
        Ok(Self { listener, path: path.to_owned(), redirect_uri: format!("http://{address}{path}") })
    }

    pub(crate) fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// Waits for the browser whose target is accepted, and returns the target.
    pub(crate) async fn callback(self, within: Duration, is_accepted: impl Fn(&str) -> bool) -> Result<String, Error> {
        let late = |_| Error::sign_in_failed(format_args!("the browser was not back within {within:?}"), None);
        timeout(within, callback(&self.listener, &self.path, is_accepted)).await.map_err(late)?
    }
}

/// Waits for the request with this path that is accepted, and returns its target.
async fn callback(listener: &TcpListener, path: &str, is_accepted: impl Fn(&str) -> bool) -> Result<String, Error> {
    let mut requests = JoinSet::new();
    loop {
        let arrived = tokio::select! {
            accepted = listener.accept(), if requests.len() < CONNECTIONS => {
                let closed = |error| Error::config(format_args!("the port for the browser takes no connections: {error}"));
                let (stream, _) = accepted.map_err(closed)?;
                requests.spawn(timeout(PATIENCE, target(stream)));
                None
            }
            Some(read) = requests.join_next() => read.ok().and_then(Result::ok).flatten(),
        };
        let Some((mut stream, target)) = arrived else { continue };
        let is_callback = target.split('?').next() == Some(path);
        let is_accepted = is_callback && is_accepted(&target);
        let page = match (is_callback, is_accepted) {
            (true, true) => DONE,
            (true, false) => NOT_OURS,
            (false, _) => NOT_FOUND,
        };
        // Also without its page, the browser has brought the response.
        _ = timeout(PATIENCE, page.write_to(&mut stream)).await;
        if is_accepted {
            return Ok(target);
        }
    }
}

/// Reads the head of a request: the target of a `GET`, or `None`.
async fn target(mut stream: TcpStream) -> Option<(TcpStream, String)> {
    let (mut head, mut rest) = (Vec::new(), (&mut stream).take(LONGEST_HEAD));
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if rest.read_buf(&mut head).await.ok()? == 0 {
            return None;
        }
    }
    let line = head.split(|byte| *byte == b'\r').next()?;
    let target = std::str::from_utf8(line).ok()?.strip_prefix("GET ")?.split(' ').next()?.to_owned();
    Some((stream, target))
}

impl Page {
    async fn write_to(&self, stream: &mut TcpStream) -> io::Result<()> {
        let Self(status, text) = self;
        let body = format!("<!doctype html><html lang=\"en\"><title>Sign-in</title><p>{text}</p></html>\n");
        let headers = "content-type: text/html; charset=utf-8\r\ncache-control: no-store\r\n\
            referrer-policy: no-referrer\r\ncontent-security-policy: default-src 'none'\r\nconnection: close";
        let length = body.len();
        let response = format!("HTTP/1.1 {status}\r\n{headers}\r\ncontent-length: {length}\r\n\r\n{body}");
        stream.write_all(response.as_bytes()).await?;
        stream.shutdown().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_head_that_does_not_end_is_not_read_for_ever() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let browser = tokio::spawn(async move {
            let mut stream = TcpStream::connect(address).await.unwrap();
            // Until the other side closes the connection.
            while stream.write_all(&[b'a'; 4096]).await.is_ok() {}
        });
        let (stream, _) = listener.accept().await.unwrap();
        let read = timeout(PATIENCE, target(stream)).await.expect("it ends before the patience does");
        assert!(read.is_none());
        browser.await.unwrap();
    }
}
