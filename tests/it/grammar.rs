//! Every word of the grammar, as requests: what is written, and that reading it back gives the same values.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::time::Duration;

use proptest::prelude::*;
use qelos_client::auth::{CredentialKind, Public, Requirement, SatisfiedBy, SignedIn};
use qelos_client::{
    Anonymous, AnyCredential, Client, DecodeRequest, Dispatch, EncodeError, Endpoint, EndpointInfo, ExposeSecret,
    Request, RequestSnapshot, SecretString, TransportError, resource,
};
use serde::{Deserialize, Serialize};

use crate::path_safety::decoded_until_stable;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Order {
    NewestFirst,
    OldestFirst,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Page {
    number: u32,
    size: Option<u8>,
}

/// Writes a number as text with a unit, and reads it back.
mod cents {
    use serde::{Deserialize, Deserializer, Serializer, de};

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
    pub(crate) fn serialize<S: Serializer>(cents: &u32, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{cents}ct"))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
        let text = String::deserialize(deserializer)?;
        let digits = text.strip_suffix("ct").ok_or_else(|| de::Error::custom("the unit is missing"))?;
        digits.parse().map_err(de::Error::custom)
    }
}

#[derive(Debug, Clone, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/{kind}/v{version}.json/{*rest}", response = Vec<String>, auth = SignedIn, timeout = "1500ms")]
#[serde(rename_all = "camelCase")]
struct Search {
    kind: String,
    version: u8,
    rest: String,
    sort_order: Order,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    after_id: Option<u64>,
    #[serde(with = "cents")]
    min_price: u32,
    #[serde(flatten)]
    page: Page,
    #[endpoint(header = "x-trace")]
    trace: Option<u32>,
    #[endpoint(header = "x-part")]
    parts: Vec<u32>,
    #[endpoint(skip)]
    local: u32,
}

#[derive(Debug, Clone, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/invoices", auth = SignedIn, idempotent)]
struct Create {
    r#type: String,
    #[serde(rename = "unitPrice", with = "cents")]
    unit_price: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    lines: Vec<Page>,
    #[serde(flatten)]
    extra: BTreeMap<String, u32>,
    #[endpoint(query)]
    dry_run: bool,
    #[serde(default = "nine")]
    priority: u8,
}

fn nine() -> u8 {
    9
}

#[derive(Debug, Clone, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/oauth/token", response = String, auth = Public)]
struct Form {
    #[endpoint(form)]
    grant_type: String,
    #[endpoint(form)]
    scopes: Vec<String>,
    #[endpoint(form)]
    state: Option<String>,
    #[serde(flatten)]
    #[endpoint(form)]
    page: Page,
}

#[derive(Debug, Clone, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(PUT, "/api/files/{name}", auth = SignedIn)]
struct Upload {
    name: String,
    #[endpoint(raw = "text/csv")]
    rows: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(PATCH, "/api/pages", response = Page, auth = SignedIn, error = Page)]
struct Whole {
    #[endpoint(body)]
    page: Page,
}

#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/secrets", auth = Public)]
struct Secrets {
    #[endpoint(form, secret)]
    pin: SecretString,
    #[endpoint(form, secret)]
    otp: Option<SecretString>,
    #[endpoint(query, secret_in_url)]
    ticket: SecretString,
    #[endpoint(query, secret_in_url)]
    voucher: Option<SecretString>,
    #[endpoint(header = "x-key", secret)]
    key: SecretString,
    #[endpoint(bearer)]
    token: SecretString,
}

#[derive(Debug, Clone, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/entities/{kind}/{id}", response = Vec<T>, auth = SignedIn)]
struct ListEntities<K, T, const LIMIT: u8 = 10>
where
    K: Clone,
    T: Send + 'static,
{
    kind: K,
    id: u32,
    filter: Option<K>,
    #[endpoint(header = "x-kinds")]
    kinds: Vec<K>,
    #[endpoint(skip)]
    entity: PhantomData<T>,
}

#[derive(Debug, Endpoint)]
#[endpoint(GET, "/api/names/{name}", auth = SignedIn)]
struct Borrowed<'a> {
    name: &'a str,
    tags: &'a [&'a str],
}

/// Lists what there is.
#[resource(path = "/api/things/{owner}", auth = SignedIn, decode)]
pub(crate) trait Things {
    /// Borrowed in every way there is.
    #[get("/{name}", timeout = "2s")]
    async fn get(&self, owner: u32, name: &str, tag: Option<&str>, ids: &[u8], note: &Option<String>) -> String;
    #[post("/all", idempotent, errors_with_200, auth = Public)]
    async fn create(&self, owner: u32, #[endpoint(query)] dry_run: bool, #[serde(rename = "unitPrice")] price: u32);
}

/// Borrowed for each place, and where a function takes what the struct holds.
#[resource(path = "/api/lent", auth = SignedIn)]
#[allow(clippy::too_many_arguments, reason = "one for each place")]
pub(crate) trait Lent {
    #[post("/{name}/{number}")]
    async fn send(
        &self,
        name: &str,
        number: &u32,
        #[endpoint(query)] tag: Option<&str>,
        #[endpoint(query)] page: Option<&u32>,
        #[endpoint(header = "x-note")] note: &str,
        #[endpoint(header = "x-tags")] tags: &[String],
        #[endpoint(secret)] pin: &SecretString,
        #[endpoint(secret)] otp: Option<&SecretString>,
        lines: &[String],
        #[serde(skip_serializing_if = "Vec::is_empty")] ids: &[u8],
        #[serde(skip_serializing_if = "Option::is_none")] absent: Option<&str>,
        #[endpoint(skip)] kept: &str,
        count: u32,
    );
    #[put("/rows")]
    async fn rows(&self, #[endpoint(raw = "text/csv")] rows: &str);
}

/// Returns each request in place of an error.
pub(crate) struct Recorder;

impl SatisfiedBy<Recorder> for SignedIn {}

impl Dispatch for Recorder {
    type Credential = Self;
    type Error = Result<Request, EncodeError>;
    type Call<R: Send + 'static> = Ready<Result<R, Self::Error>>;

    fn dispatch_encoded<E>(&self, request: Result<Request, EncodeError>) -> Self::Call<E::Response>
    where
        E: Endpoint,
        E::Auth: SatisfiedBy<Self>,
    {
        ready(Err(request))
    }
}

fn shown(endpoint: &impl Endpoint) -> String {
    RequestSnapshot::of(endpoint).unwrap().to_string()
}

fn read_back<E: DecodeRequest>(endpoint: &E) -> E {
    let request = endpoint.encode().unwrap().into_http(&"https://acme.example".parse().unwrap()).unwrap();
    E::decode_request(&request).unwrap()
}

#[test]
fn a_query_takes_names_lists_options_functions_and_flattened_structs() {
    let search = Search {
        kind: "a/b".to_owned(),
        version: 2,
        rest: "x/y z".to_owned(),
        sort_order: Order::NewestFirst,
        tags: vec!["a&b".to_owned(), "c".to_owned()],
        after_id: None,
        min_price: 250,
        page: Page { number: 3, size: Some(5) },
        trace: Some(7),
        parts: vec![1, 2],
        local: 0,
    };
    assert_eq!(
        shown(&search),
        "GET /api/a%2Fb/v2.json/x/y%20z?sortOrder=newest-first&tags=a%26b&tags=c&minPrice=250ct&number=3&size=5\n\
         accept: application/json\nx-part: 1\nx-part: 2\nx-trace: 7\n"
    );
    assert_eq!(read_back(&search), search);
    let info = EndpointInfo::of::<Search>();
    assert_eq!((info.idempotent, info.timeout), (true, Some(Duration::from_millis(1500))));
}

#[test]
fn a_json_body_takes_names_functions_and_flattened_maps() {
    let create = Create {
        r#type: "open".to_owned(),
        unit_price: 1,
        note: None,
        lines: vec![Page { number: 1, size: None }],
        extra: BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 2)]),
        dry_run: true,
        priority: 1,
    };
    let request = create.encode().unwrap();
    assert_eq!(request.target(), "/api/invoices?dry_run=true");
    assert_eq!(
        request.body(),
        r#"{"type":"open","unitPrice":"1ct","lines":[{"number":1,"size":null}],"a":1,"b":2,"priority":1}"#
    );
    assert_eq!(read_back(&create), create);
    assert!(EndpointInfo::of::<Create>().idempotent, "by its own word");

    let missing =
        http::Request::post("/api/invoices?dry_run=false").body(r#"{"type":"","unitPrice":"2ct","lines":[]}"#.into());
    let read = Create::decode_request(&missing.unwrap()).unwrap();
    assert_eq!((read.note, read.priority), (None, 9), "what is absent has its default");
}

#[test]
fn a_form_is_encoded_and_a_raw_body_is_sent_as_it_is() {
    let form = Form {
        grant_type: "code & more".to_owned(),
        scopes: vec!["a".to_owned(), "b".to_owned()],
        state: None,
        page: Page { number: 1, size: None },
    };
    assert_eq!(form.encode().unwrap().body(), "grant_type=code+%26+more&scopes=a&scopes=b&number=1");
    assert_eq!(
        shown(&form),
        "POST /api/oauth/token\naccept: application/json\ncontent-type: application/x-www-form-urlencoded\n\n\
         grant_type = code & more\nscopes = a\nscopes = b\nnumber = 1\n"
    );
    assert_eq!(read_back(&form), form);

    let upload = Upload { name: "q3".to_owned(), rows: b"a;b\n1;2".to_vec() };
    assert_eq!(shown(&upload), "PUT /api/files/q3\naccept: application/json\ncontent-type: text/csv\n\na;b\n1;2\n");
    assert_eq!(read_back(&upload), upload);
    let whole = Whole { page: Page { number: 1, size: None } };
    assert_eq!(read_back(&whole), whole);
}

#[test]
fn secrets_are_sent_and_masked() {
    let secrets = Secrets {
        pin: "1234".into(),
        otp: None,
        ticket: "a&b=c".into(),
        voucher: None,
        key: "k-1".into(),
        token: "t-1".into(),
    };
    assert_eq!(secrets.encode().unwrap().target(), "/api/secrets?ticket=a%26b%3Dc");
    assert_eq!(
        shown(&secrets),
        "POST /api/secrets?ticket=***\naccept: application/json\nauthorization: ***\n\
         content-type: application/x-www-form-urlencoded\nx-key: ***\n\npin = ***\n"
    );
    let read = read_back(&secrets);
    let all = [&read.pin, &read.ticket, &read.key, &read.token].map(ExposeSecret::expose_secret);
    assert_eq!(all, ["1234", "a&b=c", "k-1", "t-1"]);
    assert!(read.otp.is_none() && read.voucher.is_none());
}

#[test]
fn an_endpoint_can_be_generic_and_can_borrow() {
    let list = ListEntities::<String, u32> {
        kind: "k".to_owned(),
        id: 1,
        filter: None,
        kinds: vec!["a".to_owned(), "b".to_owned()],
        entity: PhantomData,
    };
    assert_eq!(list.encode().unwrap().target(), "/api/entities/k/1");
    assert_eq!(read_back(&list), list);
    let response = http::Response::new("[1,2]".into());
    assert_eq!(ListEntities::<String, u32>::decode(&response).unwrap(), [1, 2]);
    let borrowed = Borrowed { name: "ada", tags: &["a", "b"] };
    assert_eq!(borrowed.encode().unwrap().target(), "/api/names/ada?tags=a&tags=b");
}

#[test]
fn a_declared_error_is_read_from_a_refusal() {
    let response = http::Response::builder().status(409).body(r#"{"number":4,"size":null}"#.into()).unwrap();
    let error = qelos_client::ApiError::of(&response).unwrap();
    assert_eq!(error.declared::<Whole>(), Some(Ok(Page { number: 4, size: None })));
    assert_eq!(error.declared::<Upload>(), None, "nothing of its own is declared");
}

#[test]
fn an_argument_of_a_method_takes_the_words_of_a_field() {
    let get = ThingsGet { owner: 7, name: "x".to_owned(), tag: Some("t".to_owned()), ids: vec![1, 2], note: None };
    assert_eq!(get.encode().unwrap().target(), "/api/things/7/x?tag=t&ids=1&ids=2");
    assert_eq!(EndpointInfo::of::<ThingsGet>().timeout, Some(Duration::from_secs(2)));
    let create = EndpointInfo::of::<ThingsCreate>();
    assert!(create.idempotent && !create.sends_credential);
    let errors = http::Response::new(r#"{"errors":{"price":"too low"}}"#.into());
    assert!(ThingsCreate::decode(&errors).is_err() && Create::decode(&errors).is_ok(), "by its own word");
    let create = ThingsCreate { owner: 7, dry_run: true, price: 3 }.encode().unwrap();
    assert_eq!(
        (create.target(), &create.body()[..]),
        ("/api/things/7/all?dry_run=true", br#"{"unitPrice":3}"#.as_slice())
    );
}

#[test]
fn a_method_that_borrows_writes_the_request_of_its_struct() {
    let text = str::to_owned;
    let (pin, otp) = (SecretString::from("1234"), SecretString::from("56"));
    let (tags, lines) = (["a", "b"].map(text), ["x"].map(text));
    let lent = Recorder.lent();
    let sent = lent.send("n", &7, Some("t"), None, "note", &tags, &pin, Some(&otp), &lines, &[], None, "k", 3);
    let of_method = sent.into_inner().unwrap_err().unwrap();
    let of_struct = LentSend {
        name: text("n"),
        number: 7,
        tag: Some(text("t")),
        page: None,
        note: text("note"),
        tags: tags.into(),
        pin,
        otp: Some(otp),
        lines: lines.into(),
        ids: Vec::new(),
        absent: None,
        kept: text("k"),
        count: 3,
    };
    let body = r#"{"pin":"1234","otp":"56","lines":["x"],"count":3}"#;
    assert_eq!((of_method.target(), &of_method.body()[..]), ("/api/lent/n/7?tag=t", body.as_bytes()));
    assert_eq!(of_method.headers()["x-note"], "note");
    assert_eq!(of_method.headers().get_all("x-tags").iter().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(RequestSnapshot::from(&of_method).to_string(), shown(&of_struct));
    assert_eq!(of_method.body(), of_struct.encode().unwrap().body());

    let of_method = lent.rows("a;b").into_inner().unwrap_err().unwrap();
    assert_eq!(RequestSnapshot::from(&of_method).to_string(), shown(&LentRows { rows: text("a;b") }));
    assert_eq!(of_method.body(), "a;b");
}

fn text() -> impl Strategy<Value = String> {
    any::<String>().prop_filter("a path has no empty or dot segments", |text| {
        let dots = |part: &str| {
            let end = part.find([';', '?', '#', '\0']).unwrap_or(part.len());
            matches!(part[..end].replace(|char: char| char.is_ascii_control(), "").trim(), "." | "..")
        };
        let decoded = String::from_utf8_lossy(&decoded_until_stable(text.as_bytes())).into_owned();
        !text.split('/').any(str::is_empty) && !decoded.split(['/', '\\']).any(dots)
    })
}

fn page() -> impl Strategy<Value = Page> {
    any::<(u32, Option<u8>)>().prop_map(|(number, size)| Page { number, size })
}

fn check<E: DecodeRequest + PartialEq + Debug>(endpoint: &E) -> Result<(), TestCaseError> {
    prop_assert_eq!(&read_back(endpoint), endpoint);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back(
        (kind, rest) in (text(), text()),
        (tags, page) in (any::<Vec<String>>(), page()),
        (note, parts, numbers) in (any::<Option<String>>(), any::<Vec<u32>>(), any::<(u8, u32, Option<u64>, bool)>()),
    ) {
        let (small, price, id, flag) = numbers;
        let order = if flag { Order::NewestFirst } else { Order::OldestFirst };
        check(&Search {
            kind: kind.clone(), version: small, rest: rest.clone(), sort_order: order, tags: tags.clone(), after_id: id,
            min_price: price, page: page.clone(), trace: None, parts, local: 0,
        })?;
        check(&Create {
            r#type: kind.clone(), unit_price: price, note: note.clone(), lines: vec![page.clone()],
            extra: BTreeMap::from([(format!("x-{kind}"), price)]), dry_run: flag, priority: small,
        })?;
        check(&Form { grant_type: kind.clone(), scopes: tags, state: note, page: page.clone() })?;
        check(&Upload { name: kind, rows: rest.into_bytes() })?;
        check(&Whole { page })?;
    }
}

/// A requirement of one's own, which no table at run time knows.
struct Robots;

impl Requirement for Robots {
    const NEEDS: &'static str = "a robot";
    const SENDS_CREDENTIAL: bool = false;

    fn accepts(_: CredentialKind) -> bool {
        false
    }
}

impl SatisfiedBy<Anonymous> for Robots {}
impl SatisfiedBy<AnyCredential> for Robots {}

#[derive(Endpoint)]
#[endpoint(GET, "/api/robots", auth = Robots)]
struct GetRobots;

#[tokio::test]
async fn the_run_time_table_counts_only_for_credentials_chosen_at_run_time() {
    let transport = async |_| Ok::<_, TransportError>(http::Response::new(bytes::Bytes::new()));
    let client = Client::builder("https://acme.example").transport(transport).build().unwrap();
    client.call(&GetRobots).await.unwrap();
    let error = client.into_any().call(&GetRobots).await.unwrap_err();
    assert!(error.to_string().contains("a robot"), "{error}");
}
