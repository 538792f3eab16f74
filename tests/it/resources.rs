//! Resources whose path has placeholders, and whose traits have type parameters: what accessors take, where handles lead,
//! what a resource says for all of its methods, and that each request is read back.

use std::borrow::Cow;
use std::fmt::Debug;
use std::marker::PhantomData;
use std::time::Duration;

use qelos_client::auth::Public;
use qelos_client::testing::FakeTransport;
use qelos_client::{
    Anonymous, Client, DecodeRequest, Endpoint, EndpointInfo, RequestSnapshot, ResponseError, resource,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A repository.
#[resource(path = "/repos/{owner}/{name}", auth = Public, decode)]
trait Repo {
    #[get]
    async fn get(&self) -> String;

    #[get("/contents/{*path}")]
    async fn contents(&self, path: &str, reference: Option<&str>) -> Vec<String>;

    /// All of its issues.
    #[resource]
    fn issues(&self) -> impl Issues;

    /// One of its issues.
    #[resource]
    fn issue(&self, number: u64) -> impl Issue;
}

#[resource(path = "/repos/{owner}/{name}/issues", auth = Public, decode)]
trait Issues {
    #[get(pages(number = page))]
    async fn list(&self, page: u32, label: Option<&str>) -> Vec<u64>;

    #[post]
    async fn create(&self, title: &str) -> u64;
}

#[resource(path = "/repos/{owner}/{name}/issues/{number}", places(number: u64), auth = Public, decode)]
trait Issue {
    #[get]
    async fn get(&self) -> String;

    /// The comments are of the parent's path as well.
    #[get("/comments/{comment}")]
    async fn comment(&self, comment: u32) -> String;
}

/// A resource that only leads to others.
#[resource(auth = Public)]
trait Hub {
    #[resource]
    fn repo(&self, owner: &str, name: String) -> impl Repo;
    #[resource]
    fn cars(&self) -> impl Entities<Car>;
}

/// Something with an id.
trait Entity: Serialize + DeserializeOwned + Send {
    type Id: std::fmt::Display + Send + Sync;
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Car {
    wheels: u8,
}

impl Entity for Car {
    type Id = u32;
}

#[resource(path = "/entities", auth = Public, accessor = entities_of, decode)]
trait Entities<T>
where
    T: Entity,
{
    #[get(pages(number = page))]
    async fn list(&self, page: u32) -> Vec<T>;
    #[get("/{id}")]
    async fn get(&self, id: T::Id) -> T;
    #[put("/{id}")]
    async fn replace(&self, id: u32, #[endpoint(body)] entity: &T) -> T;
    #[delete("/{id}")]
    async fn delete(&self, id: u32);
}

/// Of a kind that only the server knows.
#[resource(path = "/kinds/{kind}", auth = Public, decode)]
trait Kinds<T: Debug, const LIMIT: usize> {
    #[get("/first")]
    async fn first(&self) -> T;
    #[get("/count")]
    async fn count(&self) -> u64;
    #[post("/some")]
    async fn some(&self, values: AtMost<LIMIT>) -> T;
}

#[derive(Debug, Serialize, Deserialize)]
struct AtMost<const LIMIT: usize>(Vec<u8>);

fn client(server: &FakeTransport) -> Client<Anonymous, FakeTransport> {
    Client::builder("https://acme.example").transport(server.clone()).build().unwrap()
}

fn shown(endpoint: &impl Endpoint) -> String {
    RequestSnapshot::of(endpoint).unwrap().to_string()
}

fn text(text: &str) -> String {
    text.to_owned()
}

fn issues_create(title: &str) -> IssuesCreate {
    IssuesCreate { owner: text("ada"), name: text("loom"), title: text(title) }
}

fn issues_list(page: u32) -> IssuesList {
    IssuesList { owner: text("ada"), name: text("loom"), page, label: Some(text("bug")) }
}

#[tokio::test]
async fn an_accessor_takes_the_placeholders_of_the_path() {
    let server = FakeTransport::new();
    let contents = RepoContents { owner: text("ada"), name: text("a/b"), path: text("src/lib.rs"), reference: None };
    assert_eq!(shown(&contents), "GET /repos/ada/a%2Fb/contents/src/lib.rs\naccept: application/json\n");
    server.expect(&contents).reply(&vec![text("lib.rs")]);
    server.expect(&RepoGet { owner: text("ada"), name: text("a/b") }).reply(&text("a loom"));
    let client = client(&server);
    let repo = client.repo("ada", text("a/b"));
    assert_eq!(repo.contents("src/lib.rs", None).await.unwrap(), ["lib.rs"]);
    let clone = repo.clone();
    drop(repo);
    assert_eq!(clone.get().await.unwrap(), "a loom");
}

#[tokio::test]
async fn a_handle_leads_to_those_within_it() {
    let server = FakeTransport::new();
    server.expect(&issues_create("Oil")).reply(&6);
    server.expect(&IssueGet { owner: text("ada"), name: text("loom"), number: 6 }).reply(&text("Oil"));
    let comment = IssueComment { owner: text("ada"), name: text("loom"), number: 6, comment: 1 };
    assert_eq!(shown(&comment), "GET /repos/ada/loom/issues/6/comments/1\naccept: application/json\n");
    server.expect(&comment).reply(&text("Done"));
    let client = client(&server);
    let number = client.repo("ada", "loom").issues().create("Oil").await.unwrap();
    // The other handle needs the one that led to it no longer.
    let issue = client.hub().repo("ada", text("loom")).issue(number);
    assert_eq!(issue.get().await.unwrap(), "Oil");
    assert_eq!(client.issue("ada", "loom", 6).comment(1).await.unwrap(), "Done");
}

#[tokio::test]
async fn the_pages_of_a_handle_keep_its_values() {
    let server = FakeTransport::new();
    server.expect(&issues_list(1)).reply(&vec![1, 2]);
    server.expect(&issues_list(2)).reply(&vec![]);
    let client = client(&server);
    let mut items = client.repo("ada", "loom").issues().list_items(1, Some("bug"));
    assert_eq!((items.next().await.unwrap().unwrap(), items.next().await.unwrap().unwrap()), (1, 2));
    assert!(items.next().await.is_none());
}

/// Works with a client and with a double.
async fn open<R: Repo<Error = E> + Sync, E: From<ResponseError>>(repo: &R) -> Result<(u64, u64), E> {
    let issues = repo.issues();
    let number = issues.create("Oil").await?;
    let mut sum = 0;
    let mut items = issues.list_items(1, None);
    while let Some(number) = items.next().await {
        sum += number?;
    }
    Ok((number, sum))
}

struct Double;

impl Repo for Double {
    type Error = ResponseError;

    async fn get(&self) -> Result<String, ResponseError> {
        Ok(text("double"))
    }

    async fn contents(&self, path: &str, _: Option<&str>) -> Result<Vec<String>, ResponseError> {
        Ok(vec![text(path)])
    }

    fn issues(&self) -> impl Issues<Error = ResponseError> + Send + Sync {
        Two
    }

    fn issue(&self, _: u64) -> impl Issue<Error = ResponseError> + Send + Sync {
        Two
    }
}

struct Two;

impl Issues for Two {
    type Error = ResponseError;

    async fn list(&self, page: u32, _: Option<&str>) -> Result<Vec<u64>, ResponseError> {
        Ok(if page == 1 { vec![1, 2] } else { Vec::new() })
    }

    async fn create(&self, _: &str) -> Result<u64, ResponseError> {
        Ok(2)
    }
}

impl Issue for Two {
    type Error = ResponseError;

    async fn get(&self) -> Result<String, ResponseError> {
        Ok(text("two"))
    }

    async fn comment(&self, _: u32) -> Result<String, ResponseError> {
        Ok(text("two"))
    }
}

#[tokio::test]
async fn a_double_of_several_resources_is_called_without_placeholders() {
    assert_eq!(open(&Double).await.unwrap(), (2, 3));
    let server = FakeTransport::new();
    server.expect(&issues_create("Oil")).reply(&7);
    let pages = [vec![4_u64, 5], vec![]];
    for (number, page) in (1..).zip(&pages) {
        server.expect(&IssuesList { label: None, ..issues_list(number) }).reply(page);
    }
    let client = client(&server);
    // A task of its own: all of it can be sent to another thread.
    let task = tokio::spawn(async move { open(&client.repo("ada", "loom")).await.map_err(|error| error.to_string()) });
    assert_eq!(task.await.unwrap(), Ok((7, 9)));
}

#[tokio::test]
async fn a_resource_can_be_of_any_type() {
    let server = FakeTransport::new();
    let car = Car { wheels: 4 };
    server.expect(&EntitiesList::<Car> { page: 1, marker: PhantomData }).reply(&vec![car.clone()]);
    server.expect(&EntitiesGet::<Car> { id: 7, marker: PhantomData }).reply(&car);
    let replace = EntitiesReplace { id: 7, entity: car.clone(), marker: PhantomData };
    assert!(shown(&replace).starts_with("PUT /entities/7\n"));
    server.expect(&replace).reply(&car);
    server.expect(&EntitiesDelete { id: 7 }).reply(&());
    server.expect(&EntitiesList::<Car> { page: 1, marker: PhantomData }).reply(&vec![car.clone()]);
    server.expect(&EntitiesList::<Car> { page: 2, marker: PhantomData }).reply(&vec![]);
    let client = client(&server);
    let cars = client.entities_of::<Car>();
    assert_eq!(cars.list(1).await.unwrap(), std::slice::from_ref(&car));
    assert_eq!(cars.get(7).await.unwrap(), car);
    assert_eq!(cars.replace(7, &car).await.unwrap(), car);
    // Without placeholders it is copied.
    let copy = cars;
    copy.delete(7).await.unwrap();
    let mut all = client.hub().cars().list_items(1);
    assert_eq!(all.next().await.unwrap().unwrap(), car);
    assert!(all.next().await.is_none());
}

#[tokio::test]
async fn a_resource_can_have_both() {
    let server = FakeTransport::new();
    let first = KindsFirst::<Car> { kind: text("car"), marker: PhantomData };
    server.expect(&first).reply(&Car { wheels: 3 });
    server.expect(&KindsCount { kind: text("car") }).reply(&9);
    let some = KindsSome::<Car, 2> { kind: text("car"), values: AtMost(vec![1, 2]), marker: PhantomData };
    server.expect(&some).reply(&Car { wheels: 2 });
    let client = client(&server);
    let cars = client.kinds::<Car, 2>("car");
    assert_eq!(cars.first().await.unwrap(), Car { wheels: 3 });
    assert_eq!(cars.clone().count().await.unwrap(), 9);
    assert_eq!(cars.some(AtMost(vec![1, 2])).await.unwrap(), Car { wheels: 2 });
    assert_eq!(read_back(&first).kind, "car");
}

fn read_back<E: DecodeRequest>(endpoint: &E) -> E {
    let request = endpoint.encode().unwrap().into_http(&"https://acme.example".parse().unwrap()).unwrap();
    E::decode_request(&request).unwrap()
}

#[test]
fn a_request_is_read_back_with_the_values_of_its_handle() {
    let read = read_back(&IssueComment { owner: text("a/b"), name: text("loom"), number: 6, comment: 1 });
    assert_eq!((&*read.owner, &*read.name, read.number, read.comment), ("a/b", "loom", 6, 1));
    let read = read_back(&issues_list(3));
    assert_eq!((&*read.owner, &*read.name, read.page, read.label.as_deref()), ("ada", "loom", 3, Some("bug")));
}

/// Words for all methods, and methods that say something else.
#[resource(
    path = "/jobs/{queue}", auth = Public, error = Refused, timeout = "2s", accept = "application/vnd.jobs+json",
    headers("x-api-version" = "2"), idempotent,
)]
trait Jobs {
    #[get]
    async fn list(&self) -> Vec<u32>;
    #[post]
    async fn add(&self, job: u32) -> u32;
    #[post("/draw", error = (), timeout = "1m", accept = "application/json", headers("x-api-version" = "3"), idempotent = false)]
    async fn draw(&self) -> Option<u32>;
    // What is sent differs.
    #[post]
    async fn add_all(&self, #[endpoint(body)] jobs: &[u32]) -> u32;
    #[post]
    async fn import(&self, #[endpoint(raw = "text/csv")] jobs: &str) -> u32;
    #[get(headers("x-api-version" = "1"))]
    async fn list_as_before(&self) -> Vec<u32>;
}

#[derive(Debug, PartialEq, Deserialize)]
struct Refused {
    reason: String,
}

#[test]
fn words_of_a_resource_are_those_of_its_methods() {
    let queue = || text("q");
    let (list, add, draw) =
        (EndpointInfo::of::<JobsList>(), EndpointInfo::of::<JobsAdd>(), EndpointInfo::of::<JobsDraw>());
    let second = Duration::from_secs(1);
    assert_eq!([list, add, draw].map(|info| info.timeout), [2 * second, 2 * second, 60 * second].map(Some));
    assert_eq!([list, add, draw].map(|info| info.idempotent), [true, true, false]);
    assert_eq!(
        shown(&JobsList { queue: queue() }),
        "GET /jobs/q\naccept: application/vnd.jobs+json\nx-api-version: 2\n"
    );
    assert_eq!(shown(&JobsDraw { queue: queue() }), "POST /jobs/q/draw\naccept: application/json\nx-api-version: 3\n");
    let refusal = http::Response::builder().status(409).body(r#"{"reason":"full"}"#.into()).unwrap();
    let error = qelos_client::ApiError::of(&refusal).unwrap();
    assert_eq!(error.declared::<JobsAdd>(), Some(Ok(Refused { reason: text("full") })));
    assert_eq!(error.declared::<JobsDraw>(), None, "its own word says that there is nothing");

    let packed = http::Response::builder().status(409).header("content-encoding", "gzip").body(vec![0x1f, 0x8b].into());
    let error = qelos_client::ApiError::of(&packed.unwrap()).unwrap();
    let why = error.declared::<JobsAdd>().unwrap().unwrap_err().to_string();
    assert!(why.contains("its body is encoded with `gzip`"), "{why}");
}

/// Options of a list, which a struct holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Filter {
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<String>,
}

#[resource(path = "/lists/{owner}", auth = Public, decode)]
trait Lists {
    #[get]
    async fn filtered(&self, #[serde(flatten)] filter: &Filter) -> Vec<u64>;
    #[post("/defaults")]
    async fn defaults(
        &self,
        #[endpoint(query, default = 20)] limit: Option<u32>,
        #[endpoint(query, default = "newest")] order: Option<&str>,
        #[endpoint(header = "x-view", default = "full")] view: Option<String>,
        #[endpoint(default = Filter { label: Some("all".to_owned()), state: None })] filter: Option<&Filter>,
        note: Option<&str>,
    );
}

#[tokio::test]
async fn absent_arguments_have_the_default_of_the_declaration() {
    let absent = ListsDefaults { owner: text("ada"), limit: None, order: None, view: None, filter: None, note: None };
    assert_eq!(
        shown(&absent),
        "POST /lists/ada/defaults?limit=20&order=newest\naccept: application/json\ncontent-type: application/json\n\
         x-view: full\n\n{\n  \"filter\": {\n    \"label\": \"all\"\n  }\n}\n"
    );
    let filter = Filter { label: None, state: Some(text("open")) };
    let given = ListsDefaults {
        owner: text("ada"),
        limit: Some(1),
        order: Some(text("oldest")),
        view: Some(text("short")),
        filter: Some(filter.clone()),
        note: None,
    };
    let encoded = given.encode().unwrap();
    assert_eq!(encoded.target(), "/lists/ada/defaults?limit=1&order=oldest");
    assert_eq!(
        (encoded.headers()["x-view"].as_bytes(), &encoded.body()[..]),
        (&b"short"[..], &br#"{"filter":{"state":"open"}}"#[..])
    );
    let read = read_back(&absent);
    assert_eq!((read.limit, read.order.as_deref()), (Some(20), Some("newest")), "it is read as it was sent");

    let server = FakeTransport::new();
    server.expect(&absent).reply(&());
    server.expect(&given).reply(&());
    let client = client(&server);
    let lists = client.lists("ada");
    lists.defaults(None, None, None, None, None).await.unwrap();
    lists.defaults(Some(1), Some("oldest"), Some(text("short")), Some(&filter), None).await.unwrap();
}

/// Values that are borrowed, each with a default.
#[derive(Debug, Endpoint)]
#[endpoint(GET, "/lists", auth = Public)]
struct Sorted<'a> {
    #[endpoint(query, default = "newest")]
    order: Option<Cow<'a, str>>,
    #[endpoint(query, default = "full")]
    view: Option<&'a str>,
    #[endpoint(query, default = [1, 2])]
    ids: Option<&'a [u32]>,
}

#[test]
fn absent_values_that_are_borrowed_have_the_default_of_the_declaration() {
    let absent = Sorted { order: None, view: None, ids: None };
    assert_eq!(absent.encode().unwrap().target(), "/lists?order=newest&view=full&ids=1&ids=2");
    let given = Sorted { order: Some("oldest".into()), view: Some("short"), ids: Some(&[3]) };
    assert_eq!(given.encode().unwrap().target(), "/lists?order=oldest&view=short&ids=3");
}

#[tokio::test]
async fn a_struct_of_options_is_flattened_beside_the_values_of_a_handle() {
    let server = FakeTransport::new();
    let filter = Filter { label: Some(text("bug")), ..Filter::default() };
    let filtered = ListsFiltered { owner: text("ada"), filter: filter.clone() };
    assert_eq!(filtered.encode().unwrap().target(), "/lists/ada?label=bug");
    server.expect(&filtered).reply(&vec![1]);
    assert_eq!(client(&server).lists("ada").filtered(&filter).await.unwrap(), [1]);
}

const NEWEST: &str = "newest";

/// Defaults of each form in which a value is owned and borrowed.
#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(GET, "/defaults", auth = Public)]
struct Owned {
    #[endpoint(default = NEWEST)]
    order: Option<String>,
    #[endpoint(default = vec![1, 2])]
    ids: Option<Vec<u8>>,
    #[endpoint(default = -1)]
    offset: Option<i64>,
    #[endpoint(header = "x-size", default = u8::MAX)]
    size: Option<u8>,
}

#[resource(path = "/defaults", auth = Public)]
trait Borrowed {
    #[get]
    async fn list(
        &self,
        #[endpoint(default = NEWEST)] order: Option<&str>,
        #[endpoint(default = [1, 2])] ids: Option<&[u8]>,
        #[endpoint(default = -1)] offset: Option<&i64>,
    );
}

#[test]
fn a_default_is_owned_or_borrowed_as_its_value_is() {
    let owned = Owned { order: None, ids: None, offset: None, size: None };
    assert_eq!(
        shown(&owned),
        "GET /defaults?order=newest&ids=1&ids=2&offset=-1\naccept: application/json\nx-size: 255\n"
    );
    let borrowed = BorrowedList { order: None, ids: None, offset: None };
    assert_eq!(borrowed.encode().unwrap().target(), "/defaults?order=newest&ids=1&ids=2&offset=-1");
}
