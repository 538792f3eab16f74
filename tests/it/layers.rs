//! Transports of any type, layers of tower around a transport, and services as transports.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::error::Error as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use qelos_client::auth::{Anonymous, Public};
use qelos_client::testing::{Fault, Faults};
use qelos_client::transport::{
    AttemptInfo, BoxTransport, ServiceTransport, TransportErrorKind, TransportService, whole,
};
use qelos_client::{BaseUrl, Body, Client, Download, Endpoint, Transport, TransportError};
use tower::ServiceBuilder;
use tower::limit::ConcurrencyLimitLayer;
use tower::util::service_fn;
use tower_http::set_header::SetRequestHeaderLayer;
use tower_http::trace::TraceLayer;

#[derive(Debug, Endpoint)]
#[endpoint(GET, "/api/things/{id}", response = String, auth = Public)]
struct Read {
    id: u32,
}

#[derive(Debug, Endpoint)]
#[endpoint(POST, "/api/things", response = String, auth = Public)]
struct Create {
    name: &'static str,
}

#[derive(Debug, Endpoint)]
#[endpoint(GET, "/api/export", response = Download, auth = Public)]
struct Export {}

/// Responds with what it was sent, as JSON; to an export with a stream.
#[derive(Clone)]
struct Echo;

impl Transport for Echo {
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, TransportError> {
        let request = whole(request).await?;
        if request.uri().path() == "/api/export" {
            return Ok(Response::new(Body::from_http(http_body_util::Full::new(Bytes::from_static(b"a;b\n")))));
        }
        let name = request.extensions().get::<AttemptInfo>().map_or("?", |attempt| attempt.endpoint().name);
        let layer = request.headers().get("x-layer").map_or("", |value| value.to_str().unwrap());
        Ok(Response::new(format!("\"{name}{layer}\"").into()))
    }

    fn check(&self, server: &BaseUrl) -> Result<(), TransportError> {
        let is_known = server.as_str() == "https://acme.example";
        if is_known { Ok(()) } else { Err(TransportError::new(TransportErrorKind::Setup, "another server")) }
    }

    fn timeout(&self) -> Option<Duration> {
        Some(Duration::from_secs(7))
    }
}

fn client<T: Transport>(transport: T) -> Client<Anonymous, T> {
    Client::builder("https://acme.example").transport(transport).build().unwrap()
}

async fn rows(client: &Client<Anonymous, impl Transport>) -> Bytes {
    let mut export = client.call(&Export {}).await.unwrap();
    export.next().await.unwrap().unwrap()
}

/// What each transport around `Echo` passes on.
async fn passes_all_on(transport: impl Transport + Clone) {
    assert_eq!(transport.timeout(), Some(Duration::from_secs(7)));
    let elsewhere = Client::builder("https://other.example").transport(transport.clone()).build();
    assert!(elsewhere.unwrap_err().is_config() || transport.check(&"https://other.example".parse().unwrap()).is_err());
    let client = client(transport);
    assert_eq!(client.call(&Read { id: 7 }).await.unwrap(), "Read");
    assert_eq!(client.call(&Create { name: "x" }).await.unwrap(), "Create");
    assert_eq!(rows(&client).await, "a;b\n");
}

#[tokio::test]
async fn a_transport_of_any_type_passes_all_on() {
    passes_all_on(Arc::new(Echo)).await;
    passes_all_on(BoxTransport::new(Echo)).await;
    passes_all_on(BoxTransport::new(BoxTransport::new(Arc::new(Echo)))).await;
}

#[tokio::test]
async fn layers_pass_all_on() {
    passes_all_on(ServiceTransport::around(Echo, &tower::layer::util::Identity::new())).await;
    passes_all_on(ServiceTransport::around(Echo, &ConcurrencyLimitLayer::new(1))).await;
    // It replaces the type of bodies by one of its own.
    passes_all_on(ServiceTransport::around(Echo, &TraceLayer::new_for_http())).await;
    // Its errors are boxed.
    let stack = ServiceBuilder::new().buffer(4).load_shed().timeout(Duration::from_secs(5));
    passes_all_on(ServiceTransport::around(Echo, &stack)).await;
    passes_all_on(BoxTransport::new(ServiceTransport::around(Echo, &stack))).await;
}

#[tokio::test]
async fn clients_with_transports_of_any_type_have_one_type() {
    let closure = async |_: Request<Bytes>| Ok::<_, TransportError>(Response::new(Bytes::from_static(b"\"closure\"")));
    let clients = [client(BoxTransport::new(Echo)), client(BoxTransport::new(closure))];
    let mut names = Vec::new();
    for client in &clients {
        names.push(client.call(&Read { id: 7 }).await.unwrap());
    }
    assert_eq!(names, ["Read", "closure"]);
}

#[tokio::test]
async fn a_layer_changes_requests() {
    let name = HeaderName::from_static("x-layer");
    let layer = SetRequestHeaderLayer::overriding(name, HeaderValue::from_static(" through a layer"));
    let client = client(ServiceTransport::around(Echo, &layer));
    assert_eq!(client.call(&Read { id: 7 }).await.unwrap(), "Read through a layer");
}

#[tokio::test]
async fn a_layer_counts_requests_for_each_endpoint() {
    let counts = Arc::new(Mutex::new(BTreeMap::new()));
    let counter = Arc::clone(&counts);
    let layers = ServiceBuilder::new().map_request(move |request: Request<Body>| {
        let endpoint = request.extensions().get::<AttemptInfo>().unwrap().endpoint();
        *counter.lock().unwrap().entry((endpoint.method.as_str(), endpoint.path.as_str())).or_insert(0) += 1;
        request
    });
    let client = client(ServiceTransport::around(Echo, &layers));
    client.call(&Read { id: 7 }).await.unwrap();
    client.call(&Read { id: 8 }).await.unwrap();
    client.call(&Create { name: "x" }).await.unwrap();
    let expected = BTreeMap::from([(("GET", "/api/things/{id}"), 2), (("POST", "/api/things"), 1)]);
    assert_eq!(*counts.lock().unwrap(), expected);
}

#[tokio::test(start_paused = true)]
async fn an_error_of_the_transport_keeps_its_kind_behind_layers() {
    let network = Faults::around(Echo);
    network.of::<Create>().next([Fault::refused()]);
    let stack = ServiceBuilder::new().load_shed().concurrency_limit(8);
    let client = client(ServiceTransport::around(network.clone(), &stack));
    client.call(&Create { name: "x" }).await.unwrap();
    assert_eq!(network.of::<Create>().sent(), 2, "the server had not seen it, so it was sent again");

    network.of::<Read>().always(Fault::lost_response());
    let error = client.call(&Read { id: 7 }).await.unwrap_err();
    assert!(error.is_transport() && error.is_transient() && error.attempts() == 3, "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_error_of_a_layer_is_final() {
    let silent = Faults::around(Echo);
    silent.of_all().always(Fault::silence());
    let timeout = ServiceBuilder::new().timeout(Duration::from_secs(1));
    let error = client(ServiceTransport::around(silent.clone(), &timeout)).call(&Read { id: 7 }).await.unwrap_err();
    assert_eq!((error.attempts(), error.is_transient(), silent.of_all().sent()), (1, false, 1), "{error}");
    assert!(error.to_string().contains("a layer around the transport has failed"), "{error}");
    assert_eq!(error.source().unwrap().to_string(), "request timed out");

    // A layer that knows that nothing was sent says so, and the call is sent again.
    let full = Arc::new(Mutex::new(2));
    let refusing = service_fn(move |_: Request<Body>| {
        let mut left = full.lock().unwrap();
        let refused = *left > 0;
        *left -= i32::from(refused);
        async move {
            if refused {
                Err(TransportError::new(TransportErrorKind::Connect, "no place is free"))
            } else {
                Ok(Response::new(Body::from("\"done\"")))
            }
        }
    });
    assert_eq!(client(ServiceTransport::new(refusing)).call(&Create { name: "x" }).await.unwrap(), "done");
}

#[tokio::test]
async fn a_limit_of_concurrency_holds_for_all_clones() {
    let (now, most) = (Arc::new(Mutex::new(0)), Arc::new(Mutex::new(0)));
    let (running, highest) = (Arc::clone(&now), Arc::clone(&most));
    let slow = move |_: Request<Bytes>| {
        let (running, highest) = (Arc::clone(&running), Arc::clone(&highest));
        async move {
            {
                let mut running = running.lock().unwrap();
                *running += 1;
                let mut highest = highest.lock().unwrap();
                *highest = (*highest).max(*running);
            }
            tokio::task::yield_now().await;
            *running.lock().unwrap() -= 1;
            Ok::<_, TransportError>(Response::new(Bytes::from_static(b"\"done\"")))
        }
    };
    let client = client(ServiceTransport::around(slow, &ConcurrencyLimitLayer::new(2)));
    let calls: Vec<_> = (0..20).map(|id| tokio::spawn(client.clone().call(&Read { id }))).collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!((*now.lock().unwrap(), *most.lock().unwrap()), (0, 2));
}

#[tokio::test]
async fn the_router_of_a_server_is_a_transport() {
    let app = Router::new()
        .route("/api/things/{id}", get(async |path: axum::extract::Path<u32>| format!("\"thing {}\"", path.0)))
        .route("/api/things", post(async |body: String| (StatusCode::CREATED, format!("{body:?}"))));
    let client = client(ServiceTransport::new(app));
    assert_eq!(client.call(&Read { id: 7 }).await.unwrap(), "thing 7");
    assert_eq!(client.call(&Create { name: "x" }).await.unwrap(), r#"{"name":"x"}"#);
}

#[tokio::test]
async fn a_service_without_an_error_is_a_transport() {
    let service = service_fn(async |_: Request<Body>| Ok::<_, Infallible>(Response::new(Body::from("\"done\""))));
    let client = client(ServiceTransport::new(service));
    assert_eq!(client.call(&Read { id: 7 }).await.unwrap(), "done");
    let _: ServiceTransport<tower::limit::ConcurrencyLimit<TransportService>> =
        ServiceTransport::around(Echo, &ConcurrencyLimitLayer::new(1));
}
