//! Forms of several parts that endpoints declare: written, shown, sent and read back.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use proptest::prelude::*;
use qelos_client::auth::SignedIn;
use qelos_client::testing::FakeTransport;
use qelos_client::{
    ApiTokenAuth, Client, DecodeRequest, Endpoint, ExposeSecret, RequestSnapshot, SecretString, TransportError,
    resource,
};
use qelos_spec::Upload;
use qelos_spec::multipart::{Boundary, File, Multipart};
use serde::{Deserialize, Serialize};

use crate::chunks::Chunks;
use crate::world::World;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Size {
    width: u32,
    depth: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/invoices/{id}/files", auth = SignedIn)]
#[serde(rename_all = "camelCase")]
struct AddFiles {
    id: u32,
    #[endpoint(query)]
    dry_run: bool,
    #[endpoint(part)]
    main_title: String,
    #[endpoint(part)]
    note: Option<String>,
    #[endpoint(part, rename = "tag")]
    tags: Vec<u32>,
    #[endpoint(part, json)]
    size: Size,
    #[endpoint(part, json)]
    bounds: Option<Vec<u32>>,
    #[endpoint(part)]
    cover: File,
    #[endpoint(part)]
    preview: Option<File>,
    #[endpoint(part, rename = "page")]
    pages: Vec<File>,
    #[endpoint(part)]
    content: Option<Upload>,
    #[serde(default = "nine")]
    #[endpoint(part)]
    priority: u8,
}

fn nine() -> u8 {
    9
}

/// Each part may be absent.
#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/limits", auth = SignedIn)]
struct SetLimits {
    #[endpoint(part, json)]
    size: Option<Size>,
    #[endpoint(part, secret)]
    pin: Option<SecretString>,
}

#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(PUT, "/api/vault", auth = SignedIn)]
struct Lock {
    #[endpoint(part, secret)]
    pin: SecretString,
    #[endpoint(part, secret)]
    otp: Option<SecretString>,
    #[endpoint(part)]
    note: String,
}

#[resource(path = "/api/scans", auth = SignedIn, decode)]
trait Scans {
    #[post]
    async fn add(
        &self,
        #[endpoint(part)] title: &str,
        #[endpoint(part)] scan: &File,
        #[endpoint(part)] raw: Option<&Upload>,
    );
}

/// Generic over its texts and its JSON.
#[derive(Debug, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/notes", auth = SignedIn)]
struct AddNote<T, J> {
    #[endpoint(part)]
    text: Option<T>,
    #[endpoint(part, json)]
    value: J,
}

fn pdf(name: &str, content: impl Into<Upload>) -> File {
    File::new(name, content).of_type(HeaderValue::from_static("application/pdf"))
}

fn files() -> AddFiles {
    AddFiles {
        id: 7,
        dry_run: true,
        main_title: "Überschrift".to_owned(),
        note: None,
        tags: vec![1, 2],
        size: Size { width: 3, depth: None },
        bounds: Some(vec![4, 5]),
        cover: pdf("c \"1\".pdf", "%PDF"),
        preview: None,
        pages: vec![File::new("1.txt", "one").of_type(HeaderValue::from_static("text/plain")), pdf("2.pdf", "two!")],
        content: Some(Upload::from(vec![0xff, 0])),
        priority: 3,
    }
}

/// What is absent where it may be.
fn fewest() -> AddFiles {
    AddFiles { tags: Vec::new(), bounds: None, pages: Vec::new(), content: None, ..files() }
}

const BOUNDARY: [u8; 16] = [7; 16];

fn sent(endpoint: &impl Endpoint) -> Request<Bytes> {
    let request = endpoint.encode().unwrap().with_boundary(Boundary::from_random(BOUNDARY));
    request.into_http(&"https://acme.example".parse().unwrap()).unwrap()
}

fn read_back<E: DecodeRequest>(endpoint: &E) -> E {
    E::decode_request(&sent(endpoint)).unwrap()
}

/// The error of a request whose body is this form.
fn refusal<E: DecodeRequest + std::fmt::Debug>(endpoint: &E, form: &Multipart) -> String {
    let body = form.open(&Boundary::from_random(BOUNDARY)).unwrap().try_into_bytes().unwrap();
    let request = sent(endpoint).map(|_| body);
    E::decode_request(&request).unwrap_err().to_string()
}

#[test]
fn parts_are_texts_json_and_files_in_the_order_of_the_fields() {
    let shown = "POST /api/invoices/7/files?dryRun=true\n\
        accept: application/json\n\
        content-type: multipart/form-data\n\
        \n\
        mainTitle = Überschrift\n\
        tag = 1\n\
        tag = 2\n\
        size (application/json) = {\"width\":3,\"depth\":null}\n\
        bounds (application/json) = [4,5]\n\
        cover (\"c \\\"1\\\".pdf\", application/pdf) = <4 bytes>\n\
        page (\"1.txt\", text/plain) = one\n\
        page (\"2.pdf\", application/pdf) = <4 bytes>\n\
        content (application/octet-stream) = <2 bytes>\n\
        priority = 3\n";
    assert_eq!(RequestSnapshot::of(&files()).unwrap().as_str(), shown);
    assert_eq!(
        RequestSnapshot::of_http(&sent(&files())).as_str(),
        shown,
        "a request that came shows its parts as well"
    );
    let request = sent(&files());
    assert_eq!(request.headers()["content-type"], "multipart/form-data; boundary=07070707070707070707070707070707");
    let text = "\r\n--07070707070707070707070707070707\r\n\
        Content-Disposition: form-data; name=\"cover\"; filename=\"c %221%22.pdf\"\r\n\
        Content-Type: application/pdf\r\n\r\n%PDF\r\n";
    assert!(String::from_utf8_lossy(request.body()).contains(text));
}

#[test]
fn a_declared_form_is_read_back() {
    assert_eq!(read_back(&files()), files());
    assert_eq!(read_back(&fewest()), fewest());
    let scan = ScansAdd { title: "a".to_owned(), scan: pdf("b", "c"), raw: Some("d".into()) };
    let back = read_back(&scan);
    assert_eq!((back.title, back.scan, back.raw), (scan.title, scan.scan, scan.raw));
    for text in [Some("a".to_owned()), None] {
        let note = AddNote { text, value: vec![Some(1_u64), None] };
        assert_eq!(read_back(&note), note);
    }
}

#[test]
fn a_part_that_is_absent_gets_its_default() {
    let form = sent(&fewest());
    let all = Multipart::read(form.body(), &Boundary::from_random(BOUNDARY)).unwrap();
    let kept = all.parts().iter().filter(|part| part.name() != "priority").cloned();
    let body = kept.fold(Multipart::new(), Multipart::with).open(&Boundary::from_random(BOUNDARY)).unwrap();
    let read = AddFiles::decode_request(&form.map(|_| body.try_into_bytes().unwrap())).unwrap();
    assert_eq!(read, AddFiles { priority: 9, ..fewest() });
}

#[test]
fn a_form_that_does_not_fit_is_refused_with_the_part() {
    use qelos_spec::multipart::Part;
    let form = files().encode().unwrap().multipart().unwrap().clone();
    let without = |name: &str| {
        let kept = form.parts().iter().filter(|part| part.name() != name).cloned();
        kept.fold(Multipart::new(), Multipart::with)
    };
    let cases = [
        (without("mainTitle"), "`mainTitle` in the body of `AddFiles` cannot be read: it is missing"),
        (without("cover"), "`cover` in the body of `AddFiles` cannot be read: it is missing"),
        (without("size"), "`size` in the body of `AddFiles` cannot be read: it is missing"),
        (form.clone().with(Part::text("note", "a")).with(Part::text("note", "b")), "it is given 2 times"),
        (form.clone().with(Part::file("cover", "a", "b")), "it is given 2 times"),
        (form.clone().with(Part::text("size", "{}")), "it is given more than once"),
        (without("cover").with(Part::text("cover", "a")), "it has no file name"),
        (without("mainTitle").with(Part::bytes("mainTitle", vec![0xff])), "it is not text in UTF-8"),
        (without("size").with(Part::bytes("size", vec![0xff])), "it is not text in UTF-8"),
        (without("size").with(Part::text("size", "{}")), "missing field `width`"),
        (without("priority").with(Part::text("priority", "x")), "invalid digit"),
    ];
    for (form, message) in cases {
        let refusal = refusal(&files(), &form);
        assert!(refusal.contains(message), "{refusal}");
    }
    let mut request = sent(&files());
    request.headers_mut().insert("content-type", HeaderValue::from_static("application/json"));
    assert_eq!(
        AddFiles::decode_request(&request).unwrap_err().to_string(),
        "the body of `AddFiles` cannot be read: its type is not `multipart/form-data` with a boundary"
    );
    let cut = sent(&files()).map(|body| body.slice(..body.len() - 5));
    assert!(AddFiles::decode_request(&cut).unwrap_err().to_string().contains("ends without its last boundary"));
}

#[test]
fn a_form_whose_parts_are_all_absent_is_a_form() {
    let nothing = SetLimits { size: None, pin: None };
    let shown = "POST /api/limits\naccept: application/json\ncontent-type: multipart/form-data\n\n";
    assert_eq!(RequestSnapshot::of(&nothing).unwrap().as_str(), shown);
    assert_eq!(sent(&nothing).body(), &format!("--{}--\r\n", Boundary::from_random(BOUNDARY).as_str()));
    assert!(matches!(read_back(&nothing), SetLimits { size: None, pin: None }));
}

#[test]
fn a_value_without_a_text_form_is_an_error() {
    let nested = AddNote { text: Some(vec![vec![1]]), value: () };
    assert!(nested.encode().unwrap_err().to_string().contains("`text` in the body of `AddNote` cannot be written"));
    let error = AddNote { text: None::<u8>, value: f64::NAN }.encode().unwrap_err();
    assert!(
        error.to_string().contains("`value` in the body of `AddNote` cannot be written: a number that is not finite")
    );
}

#[test]
fn a_form_without_a_boundary_cannot_be_sent() {
    let error = files().encode().unwrap().into_http(&"https://acme.example".parse().unwrap()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the body of `AddFiles` cannot be written: it is a form whose boundary is missing: set one with `with_boundary`"
    );
}

#[test]
fn secrets_in_a_form_are_masked() {
    let lock = Lock { pin: "4711-pin".into(), otp: None, note: "my pin is 4711-pin".to_owned() };
    let request = lock.encode().unwrap();
    assert!(request.holds_secrets());
    let shown = "PUT /api/vault\naccept: application/json\ncontent-type: multipart/form-data\n\npin = ***\nnote = my pin is ***\n";
    assert_eq!(RequestSnapshot::from(&request).as_str(), shown);
    assert_eq!(RequestSnapshot::of_http(&sent(&lock)).as_str(), shown);
    let form = request.multipart().unwrap();
    assert!(!form.snapshot(&form.secrets()).contains("4711"), "the form knows its secrets as well");
    assert_eq!(read_back(&lock).pin.expose_secret(), "4711-pin");
    assert_eq!(request.secrets().mask("no 4711-pin"), "no ***");
    for shown in [format!("{request:?}"), format!("{:?}", files().encode().unwrap())] {
        assert!(!shown.contains("4711") && !shown.contains("c \\\"1") && shown.contains(" parts>"), "{shown}");
    }
}

#[test]
fn a_form_with_a_stream_says_so() {
    let streamed = |upload| AddFiles { cover: pdf("c", upload), ..files() }.encode().unwrap();
    assert!(!files().encode().unwrap().sends_stream());
    let repeatable = streamed(Upload::from_fn(|| Chunks::of(&"abc".into(), 2)).with_length(3));
    assert!(repeatable.sends_stream() && repeatable.is_repeatable());
    let once = streamed(Upload::once(Chunks::of(&"abc".into(), 2)));
    assert!(once.sends_stream() && !once.is_repeatable());
    assert!(
        RequestSnapshot::from(&repeatable).as_str().contains("cover (\"c\", application/pdf) = <stream, 3 bytes>\n")
    );
    assert!(RequestSnapshot::from(&once).as_str().contains("cover (\"c\", application/pdf) = <stream>\n"));
}

fn subject() -> (FakeTransport, Client<ApiTokenAuth, FakeTransport>) {
    let server = FakeTransport::new();
    let builder = Client::builder("https://acme.example").transport(server.clone()).api_token("ql_1");
    (server, builder.build().unwrap())
}

#[tokio::test]
async fn a_double_compares_the_parts_of_a_form() {
    let (server, client) = subject();
    server.expect(&files()).reply(&());
    client.call(&files()).await.unwrap();

    let content: Bytes = vec![5; 10_000].into();
    let scan = |content: Upload| ScansAdd { title: "a".to_owned(), scan: pdf("a.pdf", content), raw: None };
    server.expect(&scan(content.clone().into())).reply(&());
    let streamed = Upload::from_fn(move || Chunks::of(&content, 999));
    client.scans().add("a", &pdf("a.pdf", streamed), None).await.unwrap();

    server.expect(&scan("expected".into())).reply(&());
    client.scans().add("a", &pdf("a.pdf", "that came"), None).await.unwrap_err();
    let complaint = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        drop(client);
        drop(server);
    }));
    let complaint = *complaint.unwrap_err().downcast::<String>().unwrap();
    let difference = "  title = a\n\
        - scan (\"a.pdf\", application/pdf) = <8 bytes>\n\
        + scan (\"a.pdf\", application/pdf) = <9 bytes>\n";
    assert!(complaint.contains(difference), "{complaint}");
}

/// Keeps the bodies that arrive.
type Bodies = Arc<Mutex<Vec<Bytes>>>;

fn recording(bodies: &Bodies) -> impl qelos_client::Transport {
    let bodies = Arc::clone(bodies);
    move |request: Request<Bytes>| {
        bodies.lock().unwrap().push(request.into_body());
        async { Ok::<_, TransportError>(Response::new(Bytes::new())) }
    }
}

#[tokio::test]
async fn each_request_gets_a_boundary_of_its_own() {
    let bodies = Bodies::default();
    let builder = Client::builder("https://acme.example").transport(recording(&bodies)).api_token("ql_1");
    let client = builder.build().unwrap();
    for _ in 0..2 {
        client.call(&files()).await.unwrap();
    }
    let mut bodies = bodies.lock().unwrap().clone();
    let (one, other) = (bodies.remove(0), bodies.remove(0));
    assert_eq!(one.len(), other.len());
    assert_ne!(one[..34], other[..34], "the first line is the boundary");
}

#[tokio::test]
async fn a_test_sets_the_boundary() {
    let bodies = Bodies::default();
    let builder = Client::builder("https://acme.example").transport(recording(&bodies)).api_token("ql_1");
    let sevens = |bytes: &mut [u8]| {
        bytes.fill(7);
        Ok(())
    };
    builder.random(sevens).build().unwrap().call(&files()).await.unwrap();
    assert_eq!(bodies.lock().unwrap()[0], sent(&files()).into_body());

    let builder = Client::builder("https://acme.example").transport(recording(&bodies)).api_token("ql_1");
    let client = builder.random(|_: &mut [u8]| Err("no entropy".into())).build().unwrap();
    let error = client.call(&files()).await.unwrap_err();
    assert!(error.is_config() && error.to_string().contains("no random bytes"), "{error}");
    assert_eq!(bodies.lock().unwrap().len(), 1, "nothing is sent");
}

#[tokio::test]
async fn a_mounted_endpoint_gets_a_form_and_the_log_shows_its_parts() {
    let world = World::new();
    world.qelos.mount::<AddFiles>(|came, _| {
        assert_eq!(came, files());
        Ok(())
    });
    world.qelos.mount::<Lock>(|_, _| Ok(()));
    let client = world.oauth().await;
    client.call(&files()).await.unwrap();
    client.call(&Lock { pin: "4711-pin".into(), otp: None, note: String::new() }).await.unwrap();
    let log = format!("{:?}", world.qelos.requests());
    assert!(log.contains("mainTitle = Überschrift") && log.contains("pin = ***"), "{log}");
    assert!(!log.contains("4711"), "{log}");
}

proptest! {
    #[test]
    fn any_declared_form_is_read_back(
        texts in proptest::collection::vec("\\PC{0,20}", 3),
        content in proptest::collection::vec(any::<u8>(), 0..300),
        tags in proptest::collection::vec(any::<u32>(), 0..4),
        random: [u8; 16],
    ) {
        let names = texts[1].replace('%', "");
        let form = AddFiles {
            main_title: texts[0].clone(),
            note: Some(texts[2].clone()),
            tags,
            cover: pdf(&names, content.clone()),
            pages: vec![File::new(names, content.clone())],
            content: Some(content.into()),
            ..files()
        };
        let request = form.encode().unwrap().with_boundary(Boundary::from_random(random));
        let request = request.into_http(&"https://acme.example".parse().unwrap()).unwrap();
        prop_assert_eq!(AddFiles::decode_request(&request), Ok(form));
    }
}
