//! An application whose entity types are declared, and its chats, against the embedded Qelos: nothing is mounted.

use std::time::Duration;

use qelos_client::api::{ChartFilter, Chat, CreateThread, EntitiesExt, EntityQuery, ThreadsExt};
use qelos_client::testing::{FakeQelos, ManualClock, ModelReply, NewChat, NewUser};
use qelos_client::wire::{
    ChatEvent, ChatMessage, ChatOptions, ChatRole, ClientTool, EntityOperation, NewBlueprint, Permission, Property,
    PropertyType, Scope,
};
use qelos_client::{Client, IntegrationId, OAuth, Timestamp, Transport};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::world::{ADA, PASSWORD, sign_in};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Car {
    name: String,
    price: Option<u32>,
    seen: Option<Timestamp>,
}

#[derive(Serialize)]
struct Cheaper {
    price: u32,
}

/// A server with cars, which users have for themselves.
fn qelos() -> FakeQelos {
    let qelos = FakeQelos::new(ManualClock::new("2026-11-21T12:00:00Z".parse().unwrap()));
    qelos.add_user(NewUser::new(ADA, PASSWORD));
    let operations = [EntityOperation::Create, EntityOperation::Read, EntityOperation::Update, EntityOperation::Delete];
    let properties = [
        ("name", Property::new(PropertyType::Text, "Name").required()),
        ("price", Property::new(PropertyType::Number, "Price")),
        ("seen", Property::new(PropertyType::DateTime, "Seen")),
    ];
    let mut blueprint = NewBlueprint::new("car", "Car");
    blueprint.permissions = operations.map(|operation| Permission::of_roles(operation, Scope::User, ["user"])).into();
    blueprint.permission_scope = Some(Scope::User);
    blueprint.properties = properties.map(|(name, property)| (name.to_owned(), property)).into();
    qelos.add_blueprint(&blueprint);
    qelos
}

fn car(name: &str, price: u32) -> Car {
    Car { name: name.to_owned(), price: Some(price), seen: Some("2026-11-20T08:00:00.500Z".parse().unwrap()) }
}

async fn entities<T: Transport>(client: &Client<OAuth, T>) {
    let cars = client.entities::<Car>("car");
    let golf = cars.create(&car("Golf", 20)).await.unwrap();
    assert_eq!(golf.properties, car("Golf", 20));
    cars.create(&car("Polo", 15)).await.unwrap();

    let names = |query| async move {
        let listed = client.entities::<Car>("car").list(query).await.unwrap();
        listed.into_iter().map(|car| car.properties.name).collect::<Vec<_>>()
    };
    assert_eq!(names(EntityQuery::new().ascending("price")).await, ["Polo", "Golf"]);
    assert_eq!(names(EntityQuery::new().at_least("price", 16)).await, ["Golf"]);
    assert_eq!(names(EntityQuery::new().one_of("name", ["Polo", "Lupo"])).await, ["Polo"]);
    assert_eq!(names(EntityQuery::new().matching("name", "^go")).await, ["Golf"]);
    assert_eq!(names(EntityQuery::new().less_than("seen", golf.properties.seen.unwrap())).await, [""; 0]);
    assert_eq!(names(EntityQuery::new().limit(1).page(2)).await, ["Polo"]);

    let changed = cars.update(&golf.identifier, &Cheaper { price: 14 }).await.unwrap();
    assert_eq!(changed.properties, car("Golf", 14), "what was left out stays");
    let error = cars.create(&json!({ "price": 1 })).await.unwrap_err();
    assert_eq!(error.api().unwrap().message(), Some("Property name must be a string"));
    assert_eq!(cars.count(ChartFilter::new()).await.unwrap().count, 2);

    cars.delete(&golf.identifier).await.unwrap();
    assert!(cars.get(&golf.identifier).await.unwrap_err().is_not_found());
    assert_eq!(cars.delete_all().await.unwrap().deleted_count, 1);
}

/// A model that asks for a colour, and says what it makes of it.
fn picky() -> NewChat {
    let asks = ModelReply::calling("pick_colour", &json!({ "hue": "warm" }));
    let says = ModelReply::text(["It is", " red."]).pausing(Duration::from_millis(1));
    NewChat::new([asks, says]).recording_threads()
}

async fn chat<T: Transport>(client: &Client<OAuth, T>, integration: IntegrationId) {
    let thread = client.threads().create(&CreateThread::new(integration)).await.unwrap().id;
    let ask = |messages| {
        let mut options = ChatOptions::new(messages);
        options.client_tools = vec![ClientTool::new("pick_colour", "Picks a colour")];
        client.call(&Chat::new(integration, options).in_thread(thread).streamed())
    };
    let mut events = ask(vec![ChatMessage::user("Which one?")]).await.unwrap();
    let mut calls = Vec::new();
    while let Some(event) = events.next().await {
        if let ChatEvent::ClientToolCalls(wanted) = event.unwrap() {
            calls = wanted.function_calls;
        }
    }
    assert_eq!(calls[0].function.arguments, r#"{"hue":"warm"}"#);

    let messages = vec![ChatMessage::calling(calls.clone()), ChatMessage::result(&calls[0], "red")];
    let mut events = ask(messages).await.unwrap();
    let mut text = String::new();
    while let Some(event) = events.next().await {
        text += event.unwrap().text().unwrap_or_default();
    }
    assert_eq!(text, "It is red.");
    let kept = client.threads().get(&thread).await.unwrap();
    let roles: Vec<_> = kept.messages.iter().map(|message| &message.role).collect();
    let (user, model, tool) = (&ChatRole::User, &ChatRole::Assistant, &ChatRole::Tool);
    assert_eq!(
        roles,
        [user, model, model, tool, model],
        "the calls are there as the server and as the client wrote them"
    );
}

/// Replies that do not end as they should.
async fn broken_chats<T: Transport>(client: &Client<OAuth, T>, stopping: IntegrationId, failing: IntegrationId) {
    let ask = |integration| Chat::new(integration, ChatOptions::new(vec![ChatMessage::user("Hi")]));
    let mut events = client.call(&ask(stopping).streamed()).await.unwrap();
    assert_eq!(events.next().await.unwrap().unwrap().text(), Some("Hello"));
    assert!(events.next().await.unwrap().unwrap_err().is_unfinished());

    let mut events = client.call(&ask(failing).streamed()).await.unwrap();
    let error = events.next().await.unwrap().unwrap_err();
    assert_eq!(error.failure(), Some(r#"{"type":"error","message":"the model said no"}"#));
    let error = client.call(&ask(failing)).await.unwrap_err();
    assert_eq!(error.declared::<Chat>().unwrap().unwrap().message.as_deref(), Some("the model said no"));
}

/// The chats of the last test.
fn broken(qelos: &FakeQelos) -> [IntegrationId; 2] {
    [ModelReply::text(["Hello"]).then_stopping(), ModelReply::failing("the model said no")]
        .map(|reply| qelos.add_chat(NewChat::new([reply])))
}

#[tokio::test]
async fn declared_entities_and_chats_are_served_in_process() {
    let qelos = qelos();
    let integration = qelos.add_chat(picky());
    let [stopping, failing] = broken(&qelos);
    let client = Client::builder("https://qelos.test").transport(qelos).build().unwrap();
    let (client, _) = client.oauth_sign_in(&sign_in()).await.unwrap();
    entities(&client).await;
    chat(&client, integration).await;
    broken_chats(&client, stopping, failing).await;
}

#[tokio::test]
async fn declared_entities_and_chats_are_served_over_a_socket() {
    let qelos = qelos();
    let integration = qelos.add_chat(picky());
    let [stopping, failing] = broken(&qelos);
    let server = qelos.serve("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let client = Client::new(server.base_url().as_str()).unwrap();
    let (client, _) = client.oauth_sign_in(&sign_in()).await.unwrap();
    entities(&client).await;
    chat(&client, integration).await;
    broken_chats(&client, stopping, failing).await;
}

/// Tokio's time is paused: the pieces come when the test lets time pass.
#[tokio::test(start_paused = true)]
async fn a_reply_arrives_piece_by_piece() {
    let qelos = qelos();
    let slow = qelos.add_chat(NewChat::new([ModelReply::text(["a", "b"]).pausing(Duration::from_secs(1))]));
    let client = Client::builder("https://qelos.test").transport(qelos).build().unwrap();
    let (client, _) = client.oauth_sign_in(&sign_in()).await.unwrap();
    let begun = tokio::time::Instant::now();
    let mut events = client.call(&Chat::new(slow, ChatOptions::default()).streamed()).await.unwrap();
    for seconds in [1, 2] {
        events.next().await.unwrap().unwrap();
        assert_eq!(begun.elapsed(), Duration::from_secs(seconds));
    }
    assert!(events.next().await.is_none());
}
