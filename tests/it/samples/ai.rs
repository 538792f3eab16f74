//! Chats, agents, threads and storages.

use qelos_client::api::{
    AgentsCreate, AgentsDelete, AgentsGet, AgentsUpdate, Chat, ChatWithAgent, CreateThread, ListAgents, ListThreads,
    RagClearStorage, RagCreateStorage, RagUploadContent, StreamChatWithAgent, ThreadsDelete, ThreadsGet,
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
    let chat = |options| Chat::new(id("i"), options);
    let mut options = ChatOptions::new(hi());
    options.temperature = Some(0.1);
    samples.same("ai.chat.chat(integration, options)", &chat(options));
    samples.same("ai.chat.stream(integration, options)", &chat(ChatOptions::default()).streamed());
    // The SDK repeats the parameters of the query in the body.
    let other = json!({"queryParams": {"z": "1"}}).as_object().unwrap().clone();
    let mut options = ChatOptions::default();
    options.other = other;
    let mut in_thread = chat(options).in_thread(id("t"));
    in_thread.query = z();
    samples.same("ai.chat.chatInThread(integration, thread, options)", &in_thread);
    samples.same("ai.chat.streamInThread(integration, thread, options)", &in_thread.streamed());

    let mut options = ChatOptions::new(vec![ChatMessage::system("x"), ChatMessage::user("hi")]);
    options.temperature = Some(0.1);
    let in_thread = |options| {
        let mut chat = ChatWithAgent::new(id("a"), options);
        chat.thread_id = Some(id("t"));
        chat
    };
    samples.same("ai.agents.chat(id, message, options)", &in_thread(options));
    samples.same("ai.agents.chatInThread(id, thread, message)", &in_thread(ChatOptions::new(hi())));
    let mut stream = StreamChatWithAgent::new(id("a"), hi());
    stream.query = z();
    samples.same("ai.agents.streamChat(id, message, options)", &stream);
    let mut stream = StreamChatWithAgent::new(id("a"), hi());
    stream.thread_id = Some(id("t"));
    samples.same("ai.agents.streamChatInThread(id, thread, message)", &stream);
}

fn agents(samples: &mut Samples<'_, impl Visitor>) {
    let agent_id = id("a");
    samples.same("ai.agents.list()", &ListAgents::default());
    let mut list = ListAgents::default();
    list.active = Some(true);
    list.kind = Some("openai".to_owned());
    samples.same("ai.agents.list(query)", &list);
    samples.same("ai.agents.get(id)", &AgentsGet { agent_id });
    let agent = NewAgent::new("n", "m", id("t"), id("s"));
    samples.same("ai.agents.create(data)", &AgentsCreate { agent });
    let mut changes = AgentChanges::default();
    changes.name = Some("n".to_owned());
    samples.same("ai.agents.update(id, data)", &AgentsUpdate { agent_id, changes });
    samples.same("ai.agents.remove(id)", &AgentsDelete { agent_id });
}

fn threads(samples: &mut Samples<'_, impl Visitor>) {
    let thread_id = id("t");
    let mut create = CreateThread::new(id("i"));
    create.title = Some("t".to_owned());
    samples.same("ai.threads.create(data)", &create);
    samples.same("ai.threads.getOne(id)", &ThreadsGet { thread_id });
    samples.same("ai.threads.list()", &ListThreads::default());
    samples.same("ai.threads.delete(id)", &ThreadsDelete { thread_id });
}

fn storages(samples: &mut Samples<'_, impl Visitor>) {
    let source_id = id("s");
    let mut storage = NewStorage::new(id("i"), StorageScope::User);
    storage.subject_id = Some("u".to_owned());
    storage.expiration_after_days = Some(3);
    samples.same("ai.rag.createStorage(source, data)", &RagCreateStorage { source_id, storage });
    let mut content = StorageContent::new(id("i"), Value::from("c"));
    content.file_name = Some("f".to_owned());
    content.metadata = Some(any());
    samples.same("ai.rag.uploadContent(source, data)", &RagUploadContent { source_id, content });
    let mut content = StorageClearing::new(id("i"));
    content.file_ids = Some(strings(["f"]));
    samples.same("ai.rag.clearStorage(source, data)", &RagClearStorage { source_id, content });
}
