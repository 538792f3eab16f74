//! Methods: those of the registry, others, and bodies where they are unusual.

use qelos_client::auth::Public;
use qelos_client::testing::FakeTransport;
use qelos_client::{Client, DecodeRequest, Endpoint, EndpointInfo, Method, resource};

use super::sends;

#[derive(Debug, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(PROPFIND, "/files/{*path}", auth = Public)]
struct Find {
    path: String,
    #[endpoint(header = "depth")]
    depth: u8,
    #[endpoint(raw = "application/xml")]
    properties: String,
}

#[derive(Debug, PartialEq, Endpoint, DecodeRequest)]
#[endpoint("PURGE", "/cache/{key}", idempotent, auth = Public)]
struct Purge {
    key: String,
}

#[derive(Debug, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(DELETE, "/contacts", auth = Public)]
struct RemoveContacts {
    list: u32,
    #[endpoint(json)]
    emails: Vec<String>,
    #[endpoint(json, rename = "dryRun")]
    dry_run: bool,
}

#[derive(Debug, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/{index}/_search", with_body, auth = Public)]
struct Search {
    index: String,
    from: u32,
    #[endpoint(json)]
    query: String,
}

#[derive(Debug, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(QUERY, "/contacts", auth = Public)]
struct Query {
    filter: String,
}

#[test]
fn a_method_of_the_registry_is_a_word() {
    let find = Find { path: "a/b".to_owned(), depth: 1, properties: "<prop/>".to_owned() };
    sends(&find, "PROPFIND /files/a/b\naccept: application/json\ncontent-type: application/xml\ndepth: 1\n\n<prop/>\n");
    assert!(EndpointInfo::of::<Find>().idempotent);
    let query = Query { filter: "a".to_owned() };
    sends(
        &query,
        "QUERY /contacts\naccept: application/json\ncontent-type: application/json\n\n{\n  \"filter\": \"a\"\n}\n",
    );
}

#[test]
fn another_method_is_a_literal_and_says_whether_it_is_idempotent() {
    sends(&Purge { key: "a".to_owned() }, "PURGE /cache/a\naccept: application/json\n");
    assert!(EndpointInfo::of::<Purge>().idempotent);
    assert_eq!(EndpointInfo::of::<Purge>().method.is_idempotent(), None);
    assert!(!EndpointInfo::of::<FilesList>().idempotent);
}

#[test]
fn a_delete_has_the_body_that_its_fields_make() {
    let remove = RemoveContacts { list: 7, emails: vec!["a@b.c".to_owned()], dry_run: true };
    sends(
        &remove,
        "DELETE /contacts?list=7\naccept: application/json\ncontent-type: application/json\n\n{\n  \"dryRun\": true,\n  \"emails\": [\n    \"a@b.c\"\n  ]\n}\n",
    );
}

#[test]
fn a_get_has_a_body_where_the_endpoint_says_so() {
    let search = Search { index: "a".to_owned(), from: 10, query: "b".to_owned() };
    sends(
        &search,
        "GET /a/_search?from=10\naccept: application/json\ncontent-type: application/json\n\n{\n  \"query\": \"b\"\n}\n",
    );
}

#[resource(path = "/files", auth = Public, decode)]
trait Files {
    #[method(MKCOL, "/{*path}")]
    async fn make(&self, path: &str);
    #[method("LIST", "/{*path}")]
    async fn list(&self, path: &str, #[endpoint(query)] page: Option<u32>) -> Vec<String>;
    #[method("VERSION-CONTROL", "/{*path}")]
    async fn keep_versions(&self, path: &str);
}

#[tokio::test]
async fn a_method_of_a_resource_names_its_method() {
    let network = FakeTransport::new();
    network.expect(&FilesMake { path: "a".to_owned() }).reply(&());
    network.expect(&FilesList { path: "a".to_owned(), page: Some(2) }).reply(&vec!["b".to_owned()]);
    let client = Client::builder("https://acme.example").transport(network).build().unwrap();
    client.files().make("a").await.unwrap();
    assert_eq!(client.files().list("a", Some(2)).await.unwrap(), ["b"]);
    assert_eq!(EndpointInfo::of::<FilesKeepVersions>().method.as_str(), "VERSION-CONTROL");
}

/// Compares the registry of the macros with that of the library.
macro_rules! registered {
    ($($method:ident)*) => {$({
        #[derive(Endpoint)]
        #[endpoint($method, "/", auth = Public)]
        struct OfThisMethod;

        let info = EndpointInfo::of::<OfThisMethod>();
        assert_eq!(info.method.is_idempotent(), Some(info.idempotent), stringify!($method));
        assert_eq!(info.method, info.method.to_http());
    })*};
}

#[test]
fn the_registry_is_the_same_for_the_macros_and_at_run_time() {
    registered! {
        ACL BIND CHECKIN CHECKOUT COPY DELETE GET HEAD LABEL LINK LOCK MERGE MKACTIVITY MKCALENDAR MKCOL MKREDIRECTREF
        MKWORKSPACE MOVE OPTIONS ORDERPATCH PATCH POST PROPFIND PROPPATCH PUT QUERY REBIND REPORT SEARCH UNBIND UNCHECKOUT
        UNLINK UNLOCK UPDATE UPDATEREDIRECTREF
    }
    let safe = [Method::GET, Method::HEAD, Method::OPTIONS, Method::extension("REPORT")];
    assert!(safe.iter().all(|method| method.is_safe() == Some(true)));
    assert_eq!(Method::extension("LOCK").is_safe(), Some(false));
    assert_eq!(Method::extension("PURGE").is_safe(), None);
}
