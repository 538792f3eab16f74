//! Chats, agents, threads and storages.

use qelos_client::api::{
    AgentsCreate, AgentsDelete, AgentsGet, AgentsList, AgentsUpdate, Chat, ChatWithAgent, RagClearStorage,
    RagCreateStorage, RagUploadContent, StreamChatWithAgent, ThreadsCreate, ThreadsDelete, ThreadsGet, ThreadsList,
};
use qelos_client::wire::{
    AgentChanges, ChatMessage, ChatOptions, NewAgent, NewStorage, QueryParams, StorageClearing, StorageContent,
    StorageScope,
};
use serde_json::{Value, json};

use super::{Samples, Visitor, any, id, strings};

pub(super) fn visit(samples: &mut Samples<'_, impl Visitor>) {
    chats(samples);
    agents(samples);
    threads(samples);
    storages(samples);
}

fn hi() -> Vec<ChatMessage> {
    vec![ChatMessage::user("hi")]
}

fn z() -> QueryParams {
    QueryParams::from([("z".to_owned(), "1".to_owned())])
}

fn chats(samples: &mut Samples<'_, impl Visitor>) {
    let chat = |options| Chat::of(id("i"), options);
    let options = ChatOptions { temperature: Some(0.1), ..ChatOptions::new(hi()) };
    samples.same("ai.chat.chat(integration, options)", &chat(options));
    samples.same("ai.chat.stream(integration, options)", &chat(ChatOptions::default()).streamed());
    // The SDK repeats the parameters of the query in the body.
    let other = json!({"queryParams": {"z": "1"}}).as_object().unwrap().clone();
    let options = ChatOptions { other, ..ChatOptions::default() };
    let in_thread = Chat { query: z(), ..chat(options) }.in_thread(id("t"));
    samples.same("ai.chat.chatInThread(integration, thread, options)", &in_thread);
    samples.same("ai.chat.streamInThread(integration, thread, options)", &in_thread.streamed());

    let options = ChatOptions {
        temperature: Some(0.1),
        ..ChatOptions::new(vec![ChatMessage::system("x"), ChatMessage::user("hi")])
    };
    let with_agent = |options, thread_id| ChatWithAgent::of(id("a"), options, thread_id);
    samples.same("ai.agents.chat(id, message, options)", &with_agent(options, Some(id("t"))));
    samples.same("ai.agents.chatInThread(id, thread, message)", &with_agent(ChatOptions::new(hi()), Some(id("t"))));
    let stream = StreamChatWithAgent::of(id("a"), hi(), None);
    samples.same("ai.agents.streamChat(id, message, options)", &StreamChatWithAgent { query: z(), ..stream });
    let stream = StreamChatWithAgent::of(id("a"), hi(), Some(id("t")));
    samples.same("ai.agents.streamChatInThread(id, thread, message)", &stream);
}

fn agents(samples: &mut Samples<'_, impl Visitor>) {
    let agent_id = id("a");
    samples.same("ai.agents.list()", &AgentsList { active: None, kind: None });
    let list = AgentsList { active: Some(true), kind: Some("openai".to_owned()) };
    samples.same("ai.agents.list(query)", &list);
    samples.same("ai.agents.get(id)", &AgentsGet { agent_id });
    let agent = NewAgent::new("n", "m", id("t"), id("s"));
    samples.same("ai.agents.create(data)", &AgentsCreate { agent });
    let changes = AgentChanges { name: Some("n".to_owned()), ..AgentChanges::default() };
    samples.same("ai.agents.update(id, data)", &AgentsUpdate { agent_id, changes });
    samples.same("ai.agents.remove(id)", &AgentsDelete { agent_id });
}

fn threads(samples: &mut Samples<'_, impl Visitor>) {
    let thread_id = id("t");
    let create = ThreadsCreate { integration: id("i"), title: Some("t".to_owned()) };
    samples.same("ai.threads.create(data)", &create);
    samples.same("ai.threads.getOne(id)", &ThreadsGet { thread_id });
    let list = ThreadsList { integration: None, sort: None, user: None, workspace: None };
    samples.same("ai.threads.list()", &list);
    samples.same("ai.threads.delete(id)", &ThreadsDelete { thread_id });
}

fn storages(samples: &mut Samples<'_, impl Visitor>) {
    let source_id = id("s");
    let storage = NewStorage {
        subject_id: Some("u".to_owned()),
        expiration_after_days: Some(3),
        ..NewStorage::new(id("i"), StorageScope::User)
    };
    samples.same("ai.rag.createStorage(source, data)", &RagCreateStorage { source_id, storage });
    let content = StorageContent {
        file_name: Some("f".to_owned()),
        metadata: Some(any()),
        ..StorageContent::new(id("i"), Value::from("c"))
    };
    samples.same("ai.rag.uploadContent(source, data)", &RagUploadContent { source_id, content });
    let content = StorageClearing { file_ids: Some(strings(["f"])), ..StorageClearing::new(id("i")) };
    samples.same("ai.rag.clearStorage(source, data)", &RagClearStorage { source_id, content });
}
