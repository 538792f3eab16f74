//! Slack: one path for each method, arguments in a query, a form or JSON.
//!
//! <https://docs.slack.dev/apis/web-api/>

use bytes::Bytes;
use qelos_client::auth::SignedIn;
use qelos_client::testing::FakeTransport;
use qelos_client::{Client, Endpoint, EndpointInfo, Response, ResponseError, resource};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Key, Recorder, documented};

/// <https://docs.slack.dev/reference/methods/chat.postMessage>
#[resource(path = "/api", auth = Key)]
trait Chat {
    #[post("/chat.postMessage", content_type = "application/json; charset=utf-8")]
    async fn post_message(&self, channel: &str, text: &str, thread_ts: Option<&str>, blocks: Option<&[Value]>)
    -> Value;
}

/// <https://docs.slack.dev/reference/methods/conversations.list>,
/// <https://docs.slack.dev/reference/methods/conversations.history>
#[resource(path = "/api", auth = Key)]
trait Conversations {
    #[get("/conversations.list", pages(cursor = cursor, next = response_metadata.next_cursor, items = channels: Value))]
    async fn list(
        &self,
        exclude_archived: Option<bool>,
        limit: Option<u32>,
        #[endpoint(query, comma)] types: &[Type],
        cursor: Option<String>,
    ) -> Channels;

    #[get("/conversations.history")]
    async fn history(&self, channel: &str, oldest: Option<&str>, inclusive: Option<bool>, limit: Option<u32>) -> Value;
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "snake_case")]
enum Type {
    PublicChannel,
    PrivateChannel,
}

#[derive(Deserialize)]
struct Channels {
    channels: Vec<Value>,
    response_metadata: Metadata,
}

#[derive(Deserialize)]
struct Metadata {
    next_cursor: String,
}

/// <https://docs.slack.dev/reference/methods/files.getUploadURLExternal>,
/// <https://docs.slack.dev/reference/methods/files.completeUploadExternal>
#[resource(path = "/api", auth = Key)]
trait Files {
    #[post("/files.getUploadURLExternal")]
    async fn begin(&self, #[endpoint(form)] filename: &str, #[endpoint(form)] length: u64) -> Value;

    #[post("/files.completeUploadExternal")]
    async fn complete(&self, files: &[Value], channel_id: Option<&str>) -> Value;
}

/// <https://docs.slack.dev/reference/methods/users.profile.set>
#[resource(path = "/api", auth = Key)]
trait Profiles {
    #[post("/users.profile.set")]
    async fn set(
        &self,
        #[endpoint(form)]
        #[serde(serialize_with = "as_json_text")]
        profile: &Value,
    ) -> Value;
}

/// Arguments that are objects are JSON as text, in a form.
fn as_json_text<S: serde::Serializer>(value: &Value, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

/// Slack refuses with 200 and `{"ok": false, "error": …}`.
#[derive(Debug)]
struct Accepted<T>(T);

#[derive(Deserialize)]
struct Outcome {
    ok: bool,
}

impl<T: DeserializeOwned + 'static> Response for Accepted<T> {
    fn from_response(endpoint: &'static EndpointInfo, response: &http::Response<Bytes>) -> Result<Self, ResponseError> {
        match Response::from_response(endpoint, response)? {
            Outcome { ok: true } => Ok(Self(Response::from_response(endpoint, response)?)),
            Outcome { ok: false } => Err(ResponseError::refused(endpoint, response)),
        }
    }
}

/// <https://docs.slack.dev/reference/methods/auth.test>
#[derive(Endpoint)]
#[endpoint(GET, "/api/auth.test", response = Accepted<Identity>, error = Refused, auth = SignedIn)]
struct AuthTest;

#[derive(Debug, Deserialize)]
struct Identity {
    user: String,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Refused {
    error: String,
}

#[tokio::test]
async fn a_refusal_with_200_is_an_error_and_not_sent_again() {
    let slack = FakeTransport::new();
    for body in [r#"{"ok":true,"user":"ada"}"#, r#"{"ok":false,"error":"invalid_auth"}"#] {
        slack.expect(&AuthTest).reply_with(http::Response::new(body.into()));
    }
    let client = Client::builder("https://slack.example").bearer_token("xoxb-1").transport(slack).build().unwrap();
    assert_eq!(client.call(&AuthTest).await.unwrap().0.user, "ada");

    let error = client.call(&AuthTest).await.unwrap_err();
    assert_eq!(error.to_string(), "GET /api/auth.test: 200 OK: invalid_auth");
    assert_eq!(error.declared::<AuthTest>(), Some(Ok(Refused { error: "invalid_auth".to_owned() })));
}

#[test]
fn messages() {
    documented(
        Recorder.chat().post_message("C123456", "hello", None, None),
        r#"POST /api/chat.postMessage
           Content-type: application/json; charset=utf-8

           {"channel": "C123456", "text": "hello"}"#,
    );
    let section = json!({"type": "section", "text": {"type": "mrkdwn", "text": "*hi*"}});
    documented(
        Recorder.chat().post_message("C123456", "hi", Some("1234567890.123456"), Some(&[section])),
        r#"POST /api/chat.postMessage
           Content-type: application/json; charset=utf-8

           {
             "channel": "C123456",
             "text": "hi",
             "thread_ts": "1234567890.123456",
             "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "*hi*"}}]
           }"#,
    );
}

#[test]
fn conversations() {
    let conversations = Recorder.conversations();
    documented(
        conversations.list(Some(true), Some(200), &[Type::PublicChannel, Type::PrivateChannel], None),
        "GET /api/conversations.list?exclude_archived=true&limit=200&types=public_channel,private_channel",
    );
    documented(
        conversations.list(None, None, &[], Some("dXNlcjpVMDYxTkZUVDI=".to_owned())),
        "GET /api/conversations.list?cursor=dXNlcjpVMDYxTkZUVDI%3D",
    );
    documented(
        conversations.history("C123456", Some("1512085950.000216"), Some(true), Some(1)),
        "GET /api/conversations.history?channel=C123456&oldest=1512085950.000216&inclusive=true&limit=1",
    );
}

#[test]
fn files() {
    documented(
        Recorder.files().begin("laughingoutloudcat.jpg", 53_072),
        "POST /api/files.getUploadURLExternal
         Content-Type: application/x-www-form-urlencoded

         filename=laughingoutloudcat.jpg
         length=53072",
    );
    documented(
        Recorder.files().complete(&[json!({"id": "F044GKUHN9Z", "title": "slack-test"})], Some("C123456")),
        r#"POST /api/files.completeUploadExternal

           {"files": [{"id": "F044GKUHN9Z", "title": "slack-test"}], "channel_id": "C123456"}"#,
    );
}

#[test]
fn profiles() {
    documented(
        Recorder.profiles().set(&json!({"status_text": "on the train"})),
        r#"POST /api/users.profile.set
           Content-Type: application/x-www-form-urlencoded

           profile={"status_text":"on the train"}"#,
    );
}
