//! Endpoints of every kind that a test mounts in the embedded Qelos, in process and over a socket.

use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use qelos_client::auth::{Public, SignedIn};
use qelos_client::multipart::File;
use qelos_client::stream::{Event, Marker, StreamRules};
use qelos_client::testing::{FakeQelos, Refusal};
use qelos_client::{
    Anonymous, Client, DecodeRequest, Download, ETag, Endpoint, Events, Lines, Response, Retries, SystemClock,
    Transport, Upload,
};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::chunks::Chunks;
use crate::world::{ADA, LIFETIME, REFRESH, World};

const CHAT: StreamRules = StreamRules::new().ends_with(Marker::Field("type", "done"));

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Delta {
    content: String,
}

#[derive(Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/threads/{thread}/chat", response = Events<Delta>, stream = CHAT.resumable(), auth = SignedIn)]
struct Chat {
    thread: u32,
    #[endpoint(header = "last-event-id")]
    behind: Option<u32>,
    message: String,
}

#[derive(Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/pods", response = Lines<u32>, auth = Public)]
struct Watch {}

#[derive(Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/files/{name}", response = Download, auth = Public)]
struct Get {
    name: String,
}

#[derive(Endpoint, DecodeRequest)]
#[endpoint(PUT, "/api/files/{name}", response = usize, auth = Public)]
struct Put {
    name: String,
    #[endpoint(raw = "application/octet-stream")]
    content: Upload,
}

#[derive(Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/scans", response = Scanned, error = NotScanned, auth = Public)]
struct Scan {
    #[endpoint(part)]
    title: String,
    #[endpoint(part)]
    page: File,
}

#[derive(Debug, PartialEq, Response)]
enum Scanned {
    #[response(201)]
    Done {
        #[response(header = "location")]
        at: String,
        bytes: usize,
    },
    #[response(303)]
    Before {
        #[response(header = "location")]
        at: String,
    },
}

#[derive(Debug, PartialEq, Response)]
enum NotScanned {
    #[response(413)]
    TooLarge { most: usize },
    #[response(429)]
    Slower {
        #[response(header = "retry-after")]
        seconds: u32,
    },
}

#[derive(Debug, PartialEq, Response)]
struct Facts {
    #[response(header = "etag")]
    etag: ETag,
    #[response(header = "x-size")]
    size: u64,
}

#[derive(Endpoint, DecodeRequest)]
#[endpoint(HEAD, "/api/files/{name}", response = Facts, auth = Public)]
struct Head {
    name: String,
}

fn facts() -> Facts {
    Facts { etag: "\"7\"".parse().unwrap(), size: 1 << 40 }
}

fn scan(request: &Scan) -> Result<Scanned, Refusal> {
    let bytes = request.page.content().as_bytes().unwrap().len();
    match request.title.as_str() {
        "again" => Ok(Scanned::Before { at: "/scans/6".to_owned() }),
        "large" => Err(Refusal::of::<Scan>(&NotScanned::TooLarge { most: 3 })),
        "often" => Err(Refusal::of::<Scan>(&NotScanned::Slower { seconds: 30 })),
        title => Ok(Scanned::Done { at: format!("/scans/{title}"), bytes }),
    }
}

fn mounted() -> FakeQelos {
    let qelos = FakeQelos::new(SystemClock);
    qelos.mount::<Put>(|put, _| Ok(put.content.as_bytes().unwrap().len() + put.name.len()));
    qelos.mount::<Scan>(|request, _| scan(&request));
    qelos.mount::<Head>(|_, _| Ok(facts()));
    qelos.mount_stream::<Watch>(|_, _, stream| Ok(stream.line(&1).line(&2).cut()));
    qelos.mount_stream::<Get>(|get, _, stream| match get.name.as_str() {
        "a" => Ok(stream.bytes("ab").bytes("c").end()),
        _ => Err(Refusal::new(StatusCode::NOT_FOUND, "no such file")),
    });
    qelos
}

fn content() -> Bytes {
    vec![7; 100_000].into()
}

async fn uploads<T: Transport>(client: &Client<Anonymous, T>) {
    let streamed = Upload::from_fn(|| Chunks::of(&content(), 999));
    for content in [Upload::from("four"), Upload::once(Chunks::of(&"four".into(), 1))] {
        assert_eq!(client.call(&Put { name: "a".to_owned(), content }).await.unwrap(), 5);
    }
    let call = client.call(&Put { name: "bc".to_owned(), content: streamed.clone() });
    assert_eq!(call.await.unwrap(), 100_002);
    for (upload, bytes) in [(Upload::from("four"), 4), (streamed, 100_000)] {
        let scan = Scan { title: "7".to_owned(), page: File::new("1.png", upload) };
        let (scanned, head) = client.call(&scan).with_head().await.unwrap();
        assert_eq!((scanned, head.status.as_u16()), (Scanned::Done { at: "/scans/7".to_owned(), bytes }, 201));
    }
}

async fn heads_and_refusals<T: Transport>(client: &Client<Anonymous, T>) {
    let scan = |title: &str| client.call(&Scan { title: title.to_owned(), page: File::new("1.png", "four") });
    assert_eq!(scan("again").await.unwrap(), Scanned::Before { at: "/scans/6".to_owned() });
    let error = scan("large").await.unwrap_err();
    assert_eq!(error.declared::<Scan>(), Some(Ok(NotScanned::TooLarge { most: 3 })));
    let error = scan("often").retries(Retries::none()).await.unwrap_err();
    assert_eq!(error.declared::<Scan>(), Some(Ok(NotScanned::Slower { seconds: 30 })));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
    assert_eq!(client.call(&Head { name: "a".to_owned() }).await.unwrap(), facts());
}

async fn streams<T: Transport>(client: &Client<Anonymous, T>) {
    let download = client.call(&Get { name: "a".to_owned() }).await.unwrap();
    assert_eq!(download.collect(10).await.unwrap(), "abc");
    let error = client.call(&Get { name: "b".to_owned() }).await.unwrap_err();
    assert_eq!(error.api().unwrap().message(), Some("no such file"));
    let mut lines = client.call(&Watch {}).await.unwrap();
    assert_eq!(lines.next().await.unwrap().unwrap(), 1);
    assert_eq!(lines.next().await.unwrap().unwrap(), 2);
    assert!(lines.next().await.unwrap().unwrap_err().is_broken());
}

#[tokio::test]
async fn each_kind_of_endpoint_is_mounted_in_process() {
    let client = Client::builder("https://qelos.test").transport(mounted()).build().unwrap();
    uploads(&client).await;
    heads_and_refusals(&client).await;
    streams(&client).await;
}

#[tokio::test]
async fn each_kind_of_endpoint_is_mounted_over_a_socket() {
    let server = mounted().serve("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let client = Client::new(server.base_url().as_str()).unwrap();
    uploads(&client).await;
    heads_and_refusals(&client).await;
    streams(&client).await;
}

#[test]
fn a_stream_without_time_has_all_its_pieces() {
    let request = http::Request::get("https://qelos.test/api/files/a").body(Bytes::new()).unwrap();
    let response = mounted().handle(request);
    assert_eq!((response.status(), response.body()), (StatusCode::OK, &Bytes::from("abc")));
    let length = response.headers().get("content-length");
    assert!(length.is_none(), "its length is not known before its end: {length:?}");
}

fn chat(message: &str) -> Chat {
    Chat { thread: 7, behind: None, message: message.to_owned() }
}

fn delta(content: String) -> Delta {
    Delta { content }
}

#[tokio::test(start_paused = true)]
async fn pieces_come_in_their_time_and_know_their_caller() {
    let world = World::new();
    let hour = Duration::from_hours(1);
    world.qelos.mount_stream::<Chat>(move |chat, caller, stream| {
        let name = caller.user().and_then(|user| user.username.clone()).unwrap();
        let stream = stream.event("", &delta(format!("{} {name}", chat.message))).wait(hour);
        Ok(stream.event("", &serde_json::json!({ "type": "done" })).end())
    });
    let client = world.oauth().await;
    let started = Instant::now();
    let mut events = client.call(&chat("hello")).longest_silence(2 * hour).await.unwrap();
    assert_eq!(events.next().await.unwrap().unwrap(), delta(format!("hello {ADA}")));
    assert_eq!(started.elapsed(), Duration::ZERO);
    assert!(events.next().await.is_none());
    assert_eq!(started.elapsed(), hour);
    assert_eq!(world.qelos.count("POST", "/api/threads/7/chat"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_stream_goes_on_after_its_token_has_expired() {
    let world = World::new();
    world.qelos.mount_stream::<Chat>(|chat, _, stream| match chat.behind {
        None => Ok(stream.id("1").event("", &delta("a".to_owned())).cut()),
        Some(1) => Ok(stream.id("2").event("", &delta("b".to_owned())).cut()),
        Some(_) => Err(Refusal::new(StatusCode::GONE, "it has ended")),
    });
    let client = world.oauth().await;
    let mut events = client.call(&chat("hello")).await.unwrap();
    assert_eq!(events.next().await.unwrap().unwrap().content, "a");
    world.pass(LIFETIME);
    assert_eq!(events.next().await.unwrap().unwrap().content, "b");
    assert_eq!((world.qelos.count("POST", REFRESH), events.last_event_id()), (1, "2"));
    let error = events.next().await.unwrap().unwrap_err();
    assert!(error.to_string().contains("it has ended"), "{error}");
    assert_eq!(world.qelos.count("POST", "/api/threads/7/chat"), 3);
}

#[tokio::test]
async fn a_guest_is_refused_before_the_stream_begins() {
    let world = World::new();
    world.qelos.mount_stream::<Chat>(|_, _, _| panic!("a guest is not admitted"));
    let request = chat("hello").encode().unwrap().into_http(&"https://qelos.test".parse().unwrap()).unwrap();
    assert_eq!(world.qelos.handle(request).status(), StatusCode::UNAUTHORIZED);
}

#[derive(Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/news", response = Events<Event>, auth = Public)]
struct News {}

#[tokio::test]
async fn a_stream_over_a_socket_arrives_piece_by_piece() {
    let qelos = FakeQelos::new(SystemClock);
    let never = Duration::from_hours(24);
    qelos.mount_stream::<News>(move |_, _, stream| Ok(stream.text_event("", "a").wait(never).end()));
    let server = qelos.serve("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let client = Client::new(server.base_url().as_str()).unwrap();
    let mut news = client.call(&News {}).await.unwrap();
    assert_eq!(news.next().await.unwrap().unwrap().data, "a", "it arrives although the response goes on");
}
