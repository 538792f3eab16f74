//! How values are written as text: by serde, by their `Display`, and lists as one text.

use std::fmt;
use std::str::FromStr;

use qelos_client::auth::Public;
use qelos_client::secret::on_the_wire;
use qelos_client::{DecodeRequest, ETag, EncodeResponse, Endpoint, IdempotencyKey, Response, SecretString};
use serde::{Deserialize, Serialize};

use super::{received, sends, shown};

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    InReview,
    Paid,
}

/// The text for people, which no request has.
impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a state")
    }
}

/// A type with a `Display` and no `Serialize`.
#[derive(Debug, Clone, PartialEq)]
struct Version(u8, u8);

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

impl FromStr for Version {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let (major, minor) = text.split_once('.').ok_or("a version has a dot")?;
        let number = |text: &str| text.parse().map_err(|_| "a version has two numbers");
        Ok(Self(number(major)?, number(minor)?))
    }
}

#[derive(Debug, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(POST, "/invoices/{state}", auth = Public)]
struct Everywhere {
    state: State,
    #[endpoint(query)]
    filter: State,
    #[endpoint(header = "x-state")]
    header: Vec<State>,
    #[endpoint(cookie = "state")]
    cookie: Option<State>,
    body: State,
}

#[test]
fn an_enum_is_the_same_text_in_every_place() {
    let header = vec![State::InReview, State::Paid];
    let everywhere =
        Everywhere { state: State::InReview, filter: State::Paid, header, cookie: None, body: State::InReview };
    sends(
        &everywhere,
        "POST /invoices/in-review?filter=paid\naccept: application/json\ncontent-type: application/json\nx-state: in-review\nx-state: paid\n\n{\n  \"body\": \"in-review\"\n}\n",
    );
    let cookie = Everywhere { cookie: Some(State::InReview), ..everywhere };
    let request = received(&cookie);
    assert_eq!(request.headers()["cookie"], "state=in-review");
    assert_eq!(Everywhere::decode_request(&request), Ok(cookie));
}

/// Written and read by functions in the path and in a header.
#[derive(Debug, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/prices/{price}", auth = Public)]
struct ByFunction {
    #[serde(with = "cents")]
    price: u32,
    #[endpoint(header = "x-limit")]
    #[serde(with = "cents")]
    limit: u32,
}

mod cents {
    use serde::{Deserialize, Deserializer, Serializer, de};

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
    pub(crate) fn serialize<S: Serializer>(cents: &u32, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{cents}ct"))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.strip_suffix("ct").and_then(|digits| digits.parse().ok()).ok_or_else(|| de::Error::custom("no price"))
    }
}

#[test]
fn functions_write_values_of_the_path_and_of_headers() {
    sends(&ByFunction { price: 5, limit: 7 }, "GET /prices/5ct\naccept: application/json\nx-limit: 7ct\n");
}

#[derive(Debug, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(POST, "/versions/{version}", auth = Public)]
struct Displayed {
    #[endpoint(display)]
    version: Version,
    #[endpoint(query, display)]
    since: Option<Version>,
    #[endpoint(query, display, comma)]
    between: Vec<Version>,
    #[endpoint(header = "x-version", display)]
    header: Vec<Version>,
    #[endpoint(cookie = "version", display)]
    cookie: Version,
    #[endpoint(form, display)]
    form: Version,
}

#[test]
fn a_type_without_serialize_is_sent_as_its_display() {
    let version = || Version(1, 2);
    let displayed = Displayed {
        version: version(),
        since: None,
        between: vec![version(), Version(2, 0)],
        header: vec![version(), version()],
        cookie: version(),
        form: version(),
    };
    sends(
        &displayed,
        "POST /versions/1.2?between=1.2,2.0\naccept: application/json\ncontent-type: application/x-www-form-urlencoded\ncookie: ***\nx-version: 1.2\nx-version: 1.2\n\nform = 1.2\n",
    );
    let mut request = received(&displayed);
    *request.uri_mut() = "/versions/12".parse().unwrap();
    let error = Displayed::decode_request(&request).unwrap_err().to_string();
    assert!(error.contains("a version has a dot"), "{error}");
}

#[derive(Debug, PartialEq, Response)]
struct Released {
    #[response(header = "x-version", display)]
    version: Option<Version>,
    #[response(header = "x-state")]
    state: State,
}

#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(GET, "/released", response = Released, auth = Public)]
struct GetReleased;

#[test]
fn headers_of_responses_are_written_and_read_as_those_of_requests() {
    let released = Released { version: Some(Version(1, 2)), state: State::InReview };
    let response = GetReleased::encode_response(&released).unwrap();
    assert_eq!(
        (&response.headers()["x-version"], &response.headers()["x-state"]),
        (&"1.2".parse().unwrap(), &"in-review".parse().unwrap())
    );
    assert_eq!(GetReleased::decode(&response).unwrap(), released);
}

#[derive(Debug, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(POST, "/users/{ids}", auth = Public)]
struct Lists {
    #[endpoint(comma)]
    ids: Vec<u32>,
    #[endpoint(query, comma)]
    fields: Option<Vec<String>>,
    #[endpoint(query, space)]
    scope: Vec<State>,
    #[endpoint(query, pipe)]
    tags: Vec<String>,
    #[endpoint(header = "x-fields", comma)]
    header: Vec<String>,
    #[endpoint(form, comma)]
    names: Vec<String>,
}

fn lists() -> Lists {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Lists {
        ids: vec![1, 2],
        fields: Some(names(&["a b", "ü|"])),
        scope: vec![State::InReview, State::Paid],
        tags: names(&["x,y", "z"]),
        header: names(&["a", "b c"]),
        names: names(&["&", "="]),
    }
}

#[test]
fn a_list_by_word_is_one_text() {
    sends(
        &lists(),
        "POST /users/1,2?fields=a+b,%C3%BC%7C&scope=in-review+paid&tags=x%2Cy%7Cz\naccept: application/json\ncontent-type: application/x-www-form-urlencoded\nx-fields: a,b c\n\nnames = &,=\n",
    );
    let empty = Lists { ids: vec![7], fields: None, scope: vec![], tags: vec![], header: vec![], names: vec![] };
    sends(&empty, "POST /users/7\naccept: application/json\ncontent-type: application/x-www-form-urlencoded\n");
}

#[test]
fn a_list_is_read_with_spaces_and_in_several_lines() {
    let mut request = received(&lists());
    *request.uri_mut() =
        "/users/1%2C2?fields=a%20b%2C+%C3%BC%7C&scope=in-review%20%20paid&tags=x%2Cy|z".parse().unwrap();
    request.headers_mut().insert("x-fields", "a,".parse().unwrap());
    request.headers_mut().append("x-fields", " b c".parse().unwrap());
    assert_eq!(Lists::decode_request(&request), Ok(lists()));
}

#[test]
fn an_element_that_would_be_read_as_another_list_is_refused() {
    let with = |name: &str| Lists { header: vec!["a".to_owned(), name.to_owned()], ..lists() };
    for name in ["", "b,c", " b", "b "] {
        let error = with(name).encode().unwrap_err().to_string();
        assert!(error.contains("`x-fields`") && error.contains("another list"), "{error}");
    }
    assert!(Lists { ids: vec![], ..lists() }.encode().unwrap_err().to_string().contains("it is empty"));
    for tags in [vec!["a|b".to_owned()], vec![String::new()]] {
        assert!(Lists { tags, ..lists() }.encode().unwrap_err().to_string().contains("`tags`"));
    }
}

#[derive(Debug, Endpoint)]
#[endpoint(GET, "/things/{value}", auth = Public)]
struct Thing<T> {
    value: T,
}

#[test]
fn a_value_without_one_text_is_no_path_value() {
    let error = |thing: &dyn Fn() -> String| thing();
    let refused = [
        error(&|| Thing { value: [1, 2] }.encode().unwrap_err().to_string()),
        error(&|| Thing { value: () }.encode().unwrap_err().to_string()),
        error(&|| Thing { value: Box::new(None::<u8>) }.encode().unwrap_err().to_string()),
        error(&|| Thing { value: serde_json::json!({"a": 1}) }.encode().unwrap_err().to_string()),
        error(&|| Thing { value: f64::NAN }.encode().unwrap_err().to_string()),
    ];
    let reasons = ["it is a list", "it is empty", "it is empty", "has no text form", "not finite"];
    for (error, reason) in refused.iter().zip(reasons) {
        assert!(error.contains("`value`") && error.contains(reason), "{error}");
    }
    assert_eq!(Thing { value: 0.5_f32 }.encode().unwrap().target(), "/things/0.5");
    assert_eq!(Thing { value: i128::MIN }.encode().unwrap().target(), format!("/things/{}", i128::MIN));
    assert_eq!(Thing { value: 'ü' }.encode().unwrap().target(), "/things/%C3%BC");
}

/// A value that writes a secret of its own.
#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Pin(#[serde(serialize_with = "on_the_wire")] SecretString);

#[derive(Debug, Endpoint)]
#[endpoint(GET, "/doors/{number}", auth = Public)]
struct Door<D> {
    number: D,
    #[endpoint(header = "x-pin")]
    header: Pin,
    #[endpoint(header = "x-name")]
    name: String,
}

#[test]
fn secrets_inside_of_headers_are_masked_and_those_of_the_path_are_refused() {
    let pin = |text: &str| Pin(SecretString::from(text));
    let door = Door { number: 7, header: pin("pl4nted too"), name: "front".to_owned() };
    assert_eq!(shown(&door), "GET /doors/7\naccept: application/json\nx-name: front\nx-pin: ***\n");
    let request = door.encode().unwrap();
    assert!(request.holds_secrets() && !format!("{request:?}").contains("pl4nted"));
    assert!(request.headers()["x-pin"].is_sensitive() && !request.headers()["x-name"].is_sensitive());
    for text in ["pl4nted", "pl4nted/.."] {
        let door = Door { number: pin(text), header: pin("other"), name: "front".to_owned() };
        let error = door.encode().unwrap_err().to_string();
        assert!(!error.contains("pl4nted") && error.contains("`number`"), "{error}");
    }
}

/// Types of this crate with a text for people as well: the two are the same, so either word sends the same.
#[test]
fn types_of_ours_have_one_text() {
    fn texts<T: fmt::Display + Serialize>(value: &T) -> (String, serde_json::Value) {
        (value.to_string(), serde_json::to_value(value).unwrap())
    }
    macro_rules! ids {
        ($($id:ident)*) => {
            [$((stringify!($id), texts(&"6b01d2eb627f2972a3746020".parse::<qelos_spec::$id>().unwrap()))),*]
        };
    }
    let ids = ids! {
        ApiTokenId BlockId BlueprintId ComponentId ConfigurationId CouponId DraftId
        EventId IntegrationId InviteId InvoiceId MembershipId PlanId PluginId
        SourceId SubscriptionId ThreadId UserId VectorStoreId WorkspaceId
    };
    let others = [
        ("Timestamp", texts(&qelos_client::Timestamp::EPOCH)),
        ("ETag", texts(&ETag::any())),
        ("IdempotencyKey", texts(&"order-7".parse::<IdempotencyKey>().unwrap())),
    ];
    let all = ids.into_iter().chain(others).collect::<Vec<_>>();
    let differ: Vec<_> = all.iter().filter(|(_, (display, serde))| serde != display).map(|(name, _)| *name).collect();
    assert!(differ.is_empty(), "a request has the text of serde: {differ:?}");
    let mut listed: Vec<_> = all.iter().map(|(name, _)| (*name).to_owned()).collect();
    listed.sort();
    assert_eq!(super::types::with_two_texts(), listed, "each type of ours with both is listed here");
}
