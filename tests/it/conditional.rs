//! Conditional requests, over a transport that expects them: the version goes out as it came in, 304 and 412 are typed.

use qelos_client::auth::SignedIn;
use qelos_client::testing::{FakeTransport, Refusal};
use qelos_client::{ApiError, Client, DecodeRequest, ETag, Endpoint, IfChanged, Response};

#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(GET, "/notes/{id}", response = IfChanged<Vec<u32>>, auth = SignedIn)]
struct Read {
    id: u32,
    #[endpoint(header = "if-none-match")]
    known: Option<ETag>,
}

#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(PUT, "/notes/{id}", auth = SignedIn, error = Refused)]
struct Write {
    id: u32,
    #[endpoint(header = "if-match")]
    known: ETag,
}

#[derive(Debug, PartialEq, Response)]
enum Refused {
    #[response(412)]
    ChangedMeanwhile,
    #[response(_)]
    Other(ApiError),
}

#[tokio::test]
async fn a_version_is_sent_back_as_it_came() {
    for text in [r#""v7""#, r#"W/"v7""#, "v7", "*"] {
        let etag: ETag = text.parse().unwrap();
        assert_eq!(etag.is_weak(), text.starts_with('W'));
        let server = FakeTransport::new();
        let changed = IfChanged::Changed { etag: Some(etag.clone()), value: vec![1] };
        server.expect(&Read { id: 7, known: None }).reply(&changed);
        server.expect(&Read { id: 7, known: Some(etag.clone()) }).reply(&IfChanged::Unchanged);
        let client = Client::builder("https://acme.example").transport(server).api_token("ql_1").build().unwrap();

        let first = client.call(&Read { id: 7, known: None }).await.unwrap();
        assert_eq!(first, changed);
        let (value, known) = first.or_known((Vec::new(), None));
        assert_eq!(known.as_ref().map(ETag::as_str), Some(text));
        let second = client.call(&Read { id: 7, known: known.clone() }).await.unwrap();
        assert_eq!(second.or_known((value, known)), (vec![1], Some(etag)));
    }
}

#[tokio::test]
async fn a_change_of_another_version_is_a_declared_refusal() {
    let known: ETag = r#""v7""#.parse().unwrap();
    let server = FakeTransport::new();
    let refusal = Refusal::new(http::StatusCode::PRECONDITION_FAILED, "changed");
    server.expect(&Write { id: 7, known: known.clone() }).refuse(refusal);
    let client = Client::builder("https://acme.example").transport(server).api_token("ql_1").build().unwrap();
    let error = client.call(&Write { id: 7, known }).await.unwrap_err();
    assert_eq!(error.declared::<Write>().unwrap().unwrap(), Refused::ChangedMeanwhile);
    assert_eq!(error.attempts(), 1);
}
