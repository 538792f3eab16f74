//! Models of `OpenAI`: text as server-sent events, files in forms, and speech as sound.

mod server;

use bytes::Bytes;
use qelos_client::multipart::File;
use qelos_client::stream::{Marker, StreamRules};
use qelos_client::{Client, Endpoint, Events};
use serde::{Deserialize, Serialize};

use super::{AccessToken, WithToken, client_with};

const UNTIL_DONE: StreamRules = StreamRules::new().ends_with(Marker::Data("[DONE]"));

/// <https://platform.openai.com/docs/api-reference/chat/create>
#[derive(Endpoint)]
#[endpoint(
    POST, "/v1/chat/completions", response = Events<Chunk>, stream = UNTIL_DONE, error = Refused, auth = WithToken,
)]
struct Complete<'c> {
    model: &'c str,
    messages: Vec<Message<'c>>,
    stream: bool,
}

#[derive(Serialize)]
struct Message<'m> {
    role: &'m str,
    content: &'m str,
}

/// An event is a piece of the text, or a failure in the middle of it.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum Chunk {
    Piece { choices: Vec<Choice> },
    Failed { error: Problem },
}

#[derive(Debug, PartialEq, Deserialize)]
struct Choice {
    delta: Delta,
    finish_reason: Option<String>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Delta {
    content: Option<String>,
}

/// <https://platform.openai.com/docs/api-reference/files/create>
#[derive(Endpoint)]
#[endpoint(POST, "/v1/files", response = Stored, error = Refused, auth = WithToken)]
struct UploadFile<'u> {
    #[endpoint(part)]
    purpose: &'u str,
    #[endpoint(part)]
    file: File,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Stored {
    id: String,
    bytes: u64,
    filename: String,
    purpose: String,
}

/// <https://platform.openai.com/docs/api-reference/audio/createSpeech>
#[derive(Endpoint)]
#[endpoint(POST, "/v1/audio/speech", response = Bytes, raw = "audio/*", error = Refused, auth = WithToken)]
struct Speak<'s> {
    model: &'s str,
    voice: &'s str,
    input: &'s str,
    response_format: Option<&'s str>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Refused {
    error: Problem,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Problem {
    message: String,
    r#type: String,
    param: Option<String>,
}

async fn client() -> Client<AccessToken> {
    client_with(&server::start().await, "t-1")
}

fn ask(text: &str) -> Complete<'_> {
    let messages = vec![Message { role: "user", content: text }];
    Complete { model: "gpt-4o-mini", messages, stream: true }
}

/// The text of the pieces, and the reason of its end.
async fn text(client: &Client<AccessToken>, question: &str) -> (String, Option<String>) {
    let mut chunks = client.call(&ask(question)).await.unwrap();
    let (mut text, mut reason) = (String::new(), None);
    while let Some(chunk) = chunks.next().await {
        let Chunk::Piece { choices } = chunk.unwrap() else { panic!("a failure") };
        for choice in choices {
            text += choice.delta.content.as_deref().unwrap_or_default();
            reason = reason.or(choice.finish_reason);
        }
    }
    (text, reason)
}

#[tokio::test]
async fn a_text_arrives_in_pieces_until_it_is_done() {
    let client = client().await;
    assert_eq!(text(&client, "Who wrote it?").await, ("Ada, née Byron.".to_owned(), Some("stop".to_owned())));
}

#[tokio::test]
async fn a_text_that_is_not_done_is_an_error() {
    let client = client().await;
    let mut chunks = client.call(&ask("stop early")).await.unwrap();
    assert!(matches!(chunks.next().await, Some(Ok(Chunk::Piece { .. }))));
    assert!(chunks.next().await.unwrap().unwrap_err().is_unfinished());

    let mut chunks = client.call(&ask("fail")).await.unwrap();
    assert!(matches!(chunks.next().await, Some(Ok(Chunk::Piece { .. }))));
    let Chunk::Failed { error } = chunks.next().await.unwrap().unwrap() else { panic!("no failure") };
    assert_eq!(error.r#type, "server_error");

    let error = client.call(&Complete { model: "gpt-0", ..ask("Who wrote it?") }).await.unwrap_err();
    let refused = error.declared::<Complete<'_>>().unwrap().unwrap();
    assert_eq!(
        (refused.error.r#type.as_str(), refused.error.param.as_deref()),
        ("invalid_request_error", Some("model"))
    );
}

#[tokio::test]
async fn a_file_is_sent_in_a_form() {
    let client = client().await;
    let lines = "{\"prompt\":\"a\"}\n{\"prompt\":\"b\"}\n";
    let upload = |purpose| UploadFile {
        purpose,
        file: File::new("tünes \"1\".jsonl", lines).of_type("application/jsonl".parse().unwrap()),
    };
    let stored = client.call(&upload("fine-tune")).await.unwrap();
    assert_eq!(
        stored,
        Stored {
            id: "file-1".to_owned(),
            bytes: lines.len() as u64,
            filename: "tünes \"1\".jsonl".to_owned(),
            purpose: "fine-tune".to_owned()
        }
    );
    let error = client.call(&upload("dancing")).await.unwrap_err();
    assert_eq!(error.declared::<UploadFile<'_>>().unwrap().unwrap().error.param.as_deref(), Some("purpose"));
}

#[tokio::test]
async fn speech_is_sound_and_nothing_else() {
    let client = client().await;
    let speak = |input, response_format| Speak { model: "tts-1", voice: "alloy", input, response_format };
    let (sound, head) = client.call(&speak("Hello", None)).with_head().await.unwrap();
    assert_eq!(
        (&sound[..], &head.headers["content-type"]),
        (&b"\xff\xf3\x00Hello"[..], &"audio/mpeg".parse().unwrap())
    );
    let (sound, head) = client.call(&speak("Hello", Some("wav"))).with_head().await.unwrap();
    assert_eq!((&sound[..], &head.headers["content-type"]), (&b"RIFF\x00Hello"[..], &"audio/wav".parse().unwrap()));

    let error = client.call(&speak("", None)).await.unwrap_err();
    assert_eq!(error.declared::<Speak<'_>>().unwrap().unwrap().error.param.as_deref(), Some("input"));
    let error = client.call(&speak("Hello", Some("json"))).await.unwrap_err();
    assert!(error.is_decode(), "{error}");
    assert!(error.to_string().contains("`application/json`") && error.to_string().contains("`audio/*`"), "{error}");
}
