//! The resources of the other services of Qelos, as a client calls them.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use qelos_client::api::{
    BlocksUpdate, Chat, ConfigurationsExt, EntitiesExt, EntityQuery, EventLogExt, IntegrationSourcesCheck,
    IntegrationSourcesCreate, InvitesExt, LambdasDelete, LambdasGet, LambdasPut, ListAllWorkspaces, ListEntities,
    ListEvents, ListUsers, OAuthSignIn, PluginsExt, PluginsUpdate, SetUserData, StreamChat, StreamChatWithAgent,
    UsersCreate,
};
use qelos_client::testing::NewUser;
use qelos_client::wire::{
    AccountChanges, AgentChanges, AuthAcquire, BlockChanges, BlueprintChanges, ChatOptions, ComponentChanges,
    Configuration, ConfigurationChanges, CouponChanges, Entity, IntegrationChanges, InviteReply, LambdaFunction,
    LoggedEvent, NewAccount, NewCheckout, NewConfiguration, NewSource, PaymentConfiguration, PaymentSettings,
    PlanChanges, PluginSettings, Scope, SourceAuthentication, SourceChanges, SourceCheck, SourceKind,
};
use qelos_client::{
    Client, DecodeRequest, Endpoint, EndpointInfo, RequestSnapshot, SecretString, Transport, TransportError,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::world::{PASSWORD, World};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Car {
    name: String,
    price: Option<u32>,
}

/// The changes of a car.
#[derive(Serialize)]
struct Cheaper {
    price: u32,
}

type Seen = Arc<Mutex<Vec<String>>>;

/// A server that gives these responses, and what it was asked.
fn server(responses: impl IntoIterator<Item = Value>) -> (impl Transport + Clone, Seen) {
    let responses: Vec<_> = responses.into_iter().collect();
    let (left, seen) = (Arc::new(Mutex::new(responses.into_iter())), Seen::default());
    let asked = Arc::clone(&seen);
    let transport = move |request: Request<Bytes>| {
        let credential = if request.headers().contains_key("x-api-key") { "with a key" } else { "" };
        let target = request.uri().path_and_query().unwrap().as_str();
        let body = std::str::from_utf8(request.body()).unwrap();
        let parts = [request.method().as_str(), target, body, credential];
        asked.lock().unwrap().push(parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "));
        let response = left.lock().unwrap().next().expect("another response");
        async move { Ok::<_, TransportError>(Response::new(Bytes::from(response.to_string()))) }
    };
    (transport, seen)
}

fn golf() -> Value {
    json!({
        "identifier": "c1", "blueprint": "car", "user": "6b072b2c9deb66ecc9cde575", "indexes": [],
        "metadata": {"name": "Golf", "price": 20}, "name": "Golf", "price": 20, "id": "c1", "__v": 0,
    })
}

#[tokio::test]
async fn entities_have_the_type_of_their_properties() {
    let (transport, seen) = server([json!([golf()]), golf(), golf(), golf(), golf(), json!({"count": 1})]);
    let client = Client::builder("https://acme.example").transport(transport).api_token("ql_1").build().unwrap();
    let cars = client.entities::<Car>("car");

    let car = cars.list(EntityQuery::new().at_most("price", 20).limit(1)).await.unwrap().pop().unwrap();
    assert_eq!(car.properties, Car { name: "Golf".to_owned(), price: Some(20) });
    assert_eq!(car.user.unwrap().id().as_str(), "6b072b2c9deb66ecc9cde575");
    assert_eq!(cars.get("c1").await.unwrap().identifier, "c1");
    cars.create(&Car { name: "Golf".to_owned(), price: Some(20) }).await.unwrap();
    cars.update("c1", &Cheaper { price: 19 }).await.unwrap();
    cars.delete("c1").await.unwrap();
    assert_eq!(cars.count(qelos_client::api::ChartFilter::new()).await.unwrap().count, 1);

    let expected = [
        "GET /api/blueprints/car/entities?price%5B%24lte%5D=20&%24limit=1&%24flat=true with a key",
        "GET /api/blueprints/car/entities/c1?%24flat=true with a key",
        r#"POST /api/blueprints/car/entities?%24flat=true {"name":"Golf","price":20} with a key"#,
        r#"PUT /api/blueprints/car/entities/c1?%24flat=true {"price":19} with a key"#,
        "DELETE /api/blueprints/car/entities/c1?%24flat=true with a key",
        "GET /api/blueprints/car/charts/count with a key",
    ];
    assert_eq!(*seen.lock().unwrap(), expected);
}

/// A guest calls an endpoint for anyone without a credential.
#[tokio::test]
async fn guests_may_call_what_is_for_anyone() {
    let (transport, seen) = server([json!([golf()]), json!([])]);
    let guest = Client::builder("https://acme.example").transport(transport).build().unwrap();
    assert_eq!(guest.entities::<Car>("car").list(EntityQuery::new()).await.unwrap().len(), 1);
    assert!(guest.plugins().list().await.unwrap().is_empty());
    assert!(seen.lock().unwrap().iter().all(|line| !line.contains("with a key")));
}

#[tokio::test]
async fn entities_of_a_paged_query_come_page_by_page() {
    let (transport, seen) = server([json!([golf(), golf()]), json!([golf()]), json!([])]);
    let client = Client::builder("https://acme.example").transport(transport).build().unwrap();
    let mut cars = client.pages(ListEntities::<Car>::new("car", EntityQuery::new().limit(2).page(1))).items();
    let mut count = 0;
    while let Some(car) = cars.next().await {
        assert_eq!(car.unwrap().identifier, "c1");
        count += 1;
    }
    assert_eq!(count, 3);
    let pages = seen.lock().unwrap().join("\n");
    assert_eq!([1, 2, 3].map(|page| pages.matches(&format!("%24page={page}&")).count()), [1, 1, 1], "{pages}");

    let (transport, seen) = server([json!([golf()])]);
    let client = Client::builder("https://acme.example").transport(transport).build().unwrap();
    let mut cars = client.pages(ListEntities::<Car>::new("car", EntityQuery::new())).items();
    while let Some(car) = cars.next().await {
        car.unwrap();
    }
    assert_eq!(seen.lock().unwrap().len(), 1, "without a page there is one response with all entities");
}

#[test]
fn related_entities_and_owners_are_read_in_both_forms() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Cars {
        cars: Vec<Entity<Car>>,
    }

    let text = json!({
        "identifier": "b1", "blueprint": "brand", "metadata": {"title": "VW"}, "title": "VW",
        "user": {"_id": "6b072b2c9deb66ecc9cde575", "firstName": "Una"}, "cars": [golf()],
    });
    let brand: Entity<Value, Cars> = serde_json::from_value(text).unwrap();
    assert_eq!(brand.more.cars[0].properties.name, "Golf");
    assert_eq!(brand.user.unwrap().id().as_str(), "6b072b2c9deb66ecc9cde575");

    let query =
        EntityQuery::new().with_related("cars", "car", &Scope::User).with_related("vans", "van", &Scope::Tenant);
    let target = ListEntities::<Value>::new("brand", query).encode().unwrap().target().to_owned();
    assert!(target.contains("%24outerPopulate=cars%3Acar%3Auser%2Cvans%3Avan%3Atenant"), "{target}");
}

#[test]
fn a_filter_that_is_given_twice_is_an_error() {
    let query = EntityQuery::new().equal("color", "red").equal("color", "blue");
    let error = ListEntities::<Value>::new("car", query).encode().unwrap_err().to_string();
    assert!(error.contains("`color`"), "{error}");
}

#[tokio::test]
async fn events_come_page_by_page_from_page_0() {
    let event = json!({"_id": "6b072b594e3c4dfbd79cee74", "source": "shop", "kind": "orders", "eventName": "paid"});
    let page =
        |page: u32, events: Value| json!({"events": events, "total": 1, "page": page, "limit": 1, "totalPages": 1});
    let (transport, seen) = server([page(0, json!([event])), page(1, json!([]))]);
    let client = Client::builder("https://acme.example").transport(transport).api_token("ql_1").build().unwrap();
    let mut events = client.pages(ListEvents::default()).items();
    let mut names = Vec::new();
    while let Some(event) = events.next().await {
        let LoggedEvent { event_name, .. } = event.unwrap();
        names.push(event_name);
    }
    assert_eq!(names, ["paid"]);
    assert_eq!(*seen.lock().unwrap(), ["GET /api/events with a key", "GET /api/events?page=1 with a key"]);
    let (transport, _) = server([Value::Null]);
    let client = Client::builder("https://acme.example").transport(transport).api_token("ql_1").build().unwrap();
    assert_eq!(client.event_log().get(&"6b072b594e3c4dfbd79cee74".parse().unwrap()).await.unwrap(), None);
}

#[tokio::test]
async fn an_invited_user_replies_to_an_invite() {
    let workspace = json!({"_id": "6b072b319deb66ecc9cde69b", "name": "Acme"});
    let (transport, seen) = server([json!([workspace]), json!({"success": true})]);
    let client = Client::builder("https://acme.example").transport(transport).api_token("ql_1").build().unwrap();
    let invited_to = client.invites().list().await.unwrap();
    assert!(client.invites().reply(&invited_to[0].id, &InviteReply::Accept).await.unwrap().success);
    let reply = r#"POST /api/invites {"workspace":"6b072b319deb66ecc9cde69b","kind":"accept"} with a key"#;
    assert_eq!(seen.lock().unwrap()[1], reply);
}

/// The 401 of the server is about a role, and ends no session.
#[tokio::test]
async fn a_missing_privileged_role_is_forbidden() {
    let client = World::new().oauth().await;
    let error = client.call(&ListAllWorkspaces::default()).await.unwrap_err();
    assert!(error.is_forbidden() && !error.is_unauthorized(), "{error}");
    assert!(client.logged_in_user().await.is_ok(), "the session goes on");
}

/// The database stores no empty content, and the server responds with what is stored.
#[tokio::test]
async fn a_configuration_without_content_is_read() {
    let world = World::new();
    world.qelos.add_user(NewUser::new("root@example.com", PASSWORD).role("admin"));
    let sign_in = OAuthSignIn::new("root@example.com", PASSWORD.into());
    let (root, _) = world.anonymous().oauth_sign_in(&sign_in).await.unwrap();
    let configurations = root.configurations();
    let created = configurations.create(&NewConfiguration::new("empty", Map::new())).await.unwrap();
    let mut described = ConfigurationChanges::default();
    described.description = Some("still empty".to_owned());
    let changed = configurations.update("empty", &described).await.unwrap();
    assert!(created.metadata.is_empty() && changed.metadata.is_empty());

    let text = r#"{"key":"empty"}"#;
    let typed: Configuration<Option<Car>> = serde_json::from_str(text).unwrap();
    assert_eq!(typed.metadata, None, "a type with required fields is read as an `Option`");
    let payments: PaymentConfiguration = serde_json::from_str(text).unwrap();
    assert_eq!(payments.metadata, PaymentSettings::default());
}

/// Beside `other`, serde writes the fields as entries of a map, which are sent also when they are `None`: so each one is skipped.
#[test]
fn a_field_that_is_none_is_not_sent() {
    fn nothing<T: Serialize + Default>() {
        assert_eq!(serde_json::to_string(&T::default()).unwrap(), "{}", "{}", std::any::type_name::<T>());
    }
    nothing::<AccountChanges>();
    nothing::<AgentChanges>();
    nothing::<BlockChanges>();
    nothing::<BlueprintChanges>();
    nothing::<ComponentChanges>();
    nothing::<ConfigurationChanges>();
    nothing::<CouponChanges>();
    nothing::<IntegrationChanges>();
    nothing::<LambdaFunction>();
    nothing::<NewCheckout>();
    nothing::<PaymentSettings>();
    nothing::<PlanChanges>();
    nothing::<PluginSettings>();
    nothing::<SourceAuthentication>();
    nothing::<SourceChanges>();
    nothing::<SourceCheck>();

    let id = "6b072b604e3c4dfbd79ceef2";
    let update = BlocksUpdate { block_id: id.parse().unwrap(), changes: BlockChanges::default() };
    assert_eq!(update.encode().unwrap().body(), "{}", "with `other`");
    let check = IntegrationSourcesCheck { source_id: id.parse().unwrap(), settings: SourceCheck::default() };
    assert_eq!(check.encode().unwrap().body(), "{}", "without `other`");
}

#[test]
fn secrets_of_records_are_masked_wherever_a_request_is_shown() {
    #[derive(Serialize)]
    struct Card {
        #[serde(serialize_with = "qelos_client::secret::on_the_wire")]
        number: SecretString,
    }

    fn shown(endpoint: &impl Endpoint) -> String {
        let text = RequestSnapshot::of(endpoint).unwrap().to_string();
        let sent = endpoint.encode().unwrap();
        let sent = std::str::from_utf8(sent.body()).unwrap();
        assert!(sent.contains("hunter2") && !text.contains("hunter2"), "{sent} {text}");
        text
    }

    let secret = || SecretString::from("hunter2");
    let mut user = NewAccount::new("ada@example.com");
    user.password = Some(secret());
    assert!(shown(&UsersCreate { user: user.clone() }).contains("\"password\": \"***\""));
    let mut changes = PluginSettings::default();
    changes.token = Some(secret());
    let plugin_id = "6b072b5a4e3c4dfbd79ceed8".parse().unwrap();
    shown(&PluginsUpdate { plugin_id, changes: changes.clone() });
    let mut acquire = AuthAcquire::default();
    acquire.refresh_token = Some(secret());
    let mut renewed = PluginSettings::default();
    renewed.auth_acquire = Some(acquire);
    shown(&PluginsUpdate { plugin_id, changes: renewed.clone() });
    let mut authentication = SourceAuthentication::default();
    authentication.secured_headers = [("x-secret".to_owned(), secret())].into();
    authentication.other = [("clientSecret".to_owned(), SecretString::from("hunter2hunter2"))].into();
    let mut source = NewSource::new("n", SourceKind::Http, Map::new());
    source.authentication = Some(authentication);
    shown(&IntegrationSourcesCreate { source: source.clone() });
    let user_id = "6b072b2c9deb66ecc9cde575".parse().unwrap();
    shown(&SetUserData::new(user_id, "card", Card { number: secret() }));
    assert!(!format!("{user:?} {changes:?} {renewed:?} {source:?}").contains("hunter2"));
}

#[test]
fn a_text_that_would_divide_a_list_is_an_error() {
    let mut users = ListUsers::default();
    users.roles = vec!["admin,user".to_owned()];
    let error = users.encode().unwrap_err().to_string();
    assert!(error.contains("it would be read as another list"), "{error}");
}

#[test]
fn a_filter_for_one_of_no_texts_is_refused() {
    let query = EntityQuery::new().one_of("owner", []);
    let error = ListEntities::<Value>::new("car", query).encode().unwrap_err().to_string();
    assert!(error.contains("no entity has a `owner` that is one of no texts"), "{error}");
    let query = EntityQuery::new().one_of("owner", ["ada", "grace"]);
    let list = ListEntities::<Value>::new("car", query).encode().unwrap();
    assert!(list.target().contains("?owner%5B%24in%5D%5B0%5D=ada&owner%5B%24in%5D%5B1%5D=grace&"), "{}", list.target());
}

#[test]
fn requests_that_run_something_are_sent_once_whatever_their_method() {
    let once = [
        EndpointInfo::of::<StreamChatWithAgent>(),
        EndpointInfo::of::<LambdasGet>(),
        EndpointInfo::of::<LambdasPut>(),
        EndpointInfo::of::<LambdasDelete>(),
    ];
    assert!(once.iter().all(|endpoint| !endpoint.idempotent), "{once:?}");
}

#[test]
fn a_request_that_asks_for_no_stream_belongs_to_another_endpoint() {
    let chat = Chat::new("6b072b604e3c4dfbd79ceef2".parse().unwrap(), ChatOptions::default());
    let asked = |text: &str| {
        let request = chat.clone().streamed().encode().unwrap();
        let request = request.into_http(&"https://acme.example".parse().unwrap()).unwrap();
        let target = request.uri().to_string().replace("stream=true", text);
        let (mut parts, body) = request.into_parts();
        parts.uri = target.parse().unwrap();
        StreamChat::decode_request(&Request::from_parts(parts, body)).map(|_| ())
    };
    assert_eq!(asked("stream=true"), Ok(()));
    let error = asked("stream=false").unwrap_err().to_string();
    assert_eq!(error, asked("").unwrap_err().to_string());
    assert!(error.contains("another endpoint"), "{error}");
}

#[test]
fn words_that_are_not_known_are_kept() {
    let kind: SourceKind = serde_json::from_str("\"mistral\"").unwrap();
    assert_eq!(kind, SourceKind::Other("mistral".to_owned()));
    assert_eq!(serde_json::to_string(&kind).unwrap(), "\"mistral\"");
    assert_eq!(SourceKind::from("openai"), SourceKind::OpenAi);
}
