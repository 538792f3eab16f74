//! Chats and threads.

use qelos_client::testing::{ModelReply, NewChat};
use serde_json::json;

use super::no_code::api_token;
use super::stage::{LeftOut, Scenario, editor, guest, post, replay, una};
use super::world::World;

const CHAT: &str = "6b072b604e3c4dfbd79ceef2";
const RECORDED_CHAT: &str = "6b072b674e3c4dfbd79cef57";
const THREAD: &str = "6b072b661bfe87454c79280c";
const RECORDED_THREAD: &str = "6b072b6d1bfe87454c792818";
const TEXT: [&str; 5] = ["Hello", " from", " the", " model — ünï", "."];

pub(super) const SCENARIOS: &[Scenario] = &[
    ("406-unknown-path-in-ai", guest),
    ("665-ai-threads-create-unknown", una),
    ("666-ai-threads-create-malformed", una),
    ("667-ai-threads-create-no-auth", |world| guest(chat(world, ModelReply::text(TEXT)))),
    ("671-ai-threads-get", with_thread),
    ("673-ai-threads-get-malformed", una),
    ("674-ai-threads-get-foreign", |world| {
        with_thread(world);
        editor(world)
    }),
    ("675-ai-threads-list", |world| {
        let una = with_thread(world);
        for _ in 0..2 {
            talk(world, &una, &begin(world, &una, CHAT), CHAT);
        }
        begin(world, &una, CHAT);
        una
    }),
    ("677-ai-chat-unknown", una),
    ("678-ai-chat-no-auth", |world| guest(chat(world, ModelReply::text(TEXT)))),
    ("679-ai-chat-model-error", |world| una(chat(world, ModelReply::failing("400 the model said no")))),
    ("681-ai-chat-stream", |world| una(chat(world, ModelReply::text(TEXT)))),
    ("682-ai-chat-stream-client-tools", |world| una(chat(world, tool()))),
    ("683-ai-chat-stream-unknown-tool", |world| {
        let chat = NewChat::new([tool(), ModelReply::text(TEXT)]);
        world.remember(CHAT, &world.qelos.add_chat(chat));
        una(world)
    }),
    ("685-ai-chat-stream-error-midway", |world| {
        una(chat(world, ModelReply::text(["Hello", " from"]).then_failing("terminated")))
    }),
    ("686-ai-chat-stream-unknown", una),
    ("687-ai-chat-in-thread", |world| una(chat(world, ModelReply::text(TEXT)))),
    ("690-ai-chat-record-without-thread", |world| {
        recorded_chat(world, RECORDED_CHAT);
        una(world)
    }),
    ("691-ai-chat-record-in-thread", |world| {
        recorded_chat(world, RECORDED_CHAT);
        let una = una(world);
        let thread = begin(world, &una, RECORDED_CHAT);
        world.remember(RECORDED_THREAD, &thread);
        una
    }),
    ("693-ai-threads-delete", with_thread),
    ("694-ai-threads-delete-again", |world| {
        let una = with_thread(world);
        replay(world, "693-ai-threads-delete", &una);
        una
    }),
    ("783-malformed-json-threads", una),
    ("795-ai-threads-list-api-token", api_token),
];

const AGENTS: &str = "agents are not served";

pub(super) const LEFT_OUT: &[LeftOut] = &[
    ("650-ai-agents-create", AGENTS),
    ("651-ai-agents-create-incomplete", AGENTS),
    ("653-ai-agents-list", AGENTS),
    ("654-ai-agents-list-user", AGENTS),
    ("655-ai-agents-get", AGENTS),
    ("657-ai-agents-get-unknown", AGENTS),
    ("658-ai-agents-get-malformed", AGENTS),
    ("659-ai-agents-update", AGENTS),
    ("661-ai-agents-chat", AGENTS),
    ("662-ai-agents-stream", AGENTS),
    ("663-ai-agents-chat-no-messages", AGENTS),
    ("669-ai-agents-chat-unknown-thread", AGENTS),
    ("670-ai-agents-stream-unknown-thread", AGENTS),
    ("698-ai-agents-remove", AGENTS),
    ("689-ai-chat-stream-empty-details", "the server has sent no response"),
    ("695-ai-rag-create-incomplete", "storages are not served"),
    ("697-ai-rag-user", "storages are not served"),
];

fn tool() -> ModelReply {
    ModelReply::calling("pick_colour", &json!({ "hue": "red" }))
}

fn chat(world: &World, reply: ModelReply) -> &World {
    world.remember(CHAT, &world.qelos.add_chat(NewChat::new([reply])));
    world
}

fn recorded_chat(world: &World, recorded: &'static str) {
    let chat = NewChat::new([ModelReply::text(TEXT)]).recording_threads();
    world.remember(recorded, &world.qelos.add_chat(chat));
}

/// Begins a thread of a chat.
fn begin(world: &World, access: &str, recorded: &str) -> String {
    let body = json!({ "integration": world.known_as(recorded) });
    post(world, "/api/ai/threads", access, &body)["_id"].as_str().expect("an id").to_owned()
}

fn talk(world: &World, access: &str, thread: &str, recorded: &str) {
    let path = format!("/api/ai/{}/chat-completion/{thread}", world.known_as(recorded));
    post(world, &path, access, &json!({ "messages": [{"role": "user", "content": "hello"}] }));
}

/// A thread in which Una and the model have said something.
fn with_thread(world: &World) -> String {
    recorded_chat(world, CHAT);
    let una = una(world);
    let thread = begin(world, &una, CHAT);
    world.remember(THREAD, &thread);
    talk(world, &una, &thread, CHAT);
    una
}
