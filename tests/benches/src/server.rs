//! A server on this machine that responds to each operation with its recorded body.

use std::convert::Infallible;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::{backend, programs};

/// A server in a process of its own, so that its work is not counted.
pub struct Server {
    process: Child,
    pub base: String,
}

impl Server {
    pub fn start() -> Self {
        let mut process =
            Command::new(programs::this()).arg("serve").stdout(Stdio::piped()).spawn().expect("a process");
        let mut base = String::new();
        let output = process.stdout.take().expect("its output");
        BufReader::new(output).read_line(&mut base).expect("a line");
        Self { process, base: base.trim().to_owned() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Serves until the process ends; the first line of its output is the base URL.
pub async fn serve() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    println!("http://{}", listener.local_addr().expect("an address"));
    loop {
        let (stream, _) = listener.accept().await.expect("a connection");
        stream.set_nodelay(true).expect("an option");
        let service = service_fn(serve_one);
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn serve_one(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let response = backend::respond(request.method(), request.uri().path());
    let _ = request.into_body().collect().await;
    Ok(response.map(Full::new))
}
