//! What RFC 3986 allows in a segment can be declared, and what is written is what is sent.
use qelos_client::{BaseUrl, DecodeRequest, Endpoint, auth::SignedIn, resource};

#[derive(Debug, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/@{owner}/projects/{id}:publish", auth = SignedIn)]
struct Publish {
    owner: String,
    id: String,
}

#[derive(Debug, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/open%20invoices;v=1/", auth = SignedIn)]
struct Open;

#[derive(Debug, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/files/{*path}/versions", auth = SignedIn)]
struct Versions {
    path: String,
}

/// Nothing and `/` are the path of the resource, as it is written there.
#[resource(path = "/api/things", auth = SignedIn)]
pub trait Things {
    #[get("/")]
    async fn list(&self) -> Vec<String>;
    #[post("")]
    async fn make(&self) -> String;
    #[get("/{id}/")]
    async fn get(&self, id: u32) -> String;
}

#[resource(path = "/api/parts/", auth = SignedIn)]
pub trait Parts {
    #[get]
    async fn list(&self) -> Vec<String>;
    #[get("/{id}")]
    async fn get(&self, id: u32) -> String;
}

fn there_and_back<E: DecodeRequest + std::fmt::Debug + PartialEq>(endpoint: E, path: &str) {
    let base: BaseUrl = "https://acme.example".parse().unwrap();
    let request = endpoint.encode().unwrap().into_http(&base).unwrap();
    assert_eq!(request.uri().path(), path);
    assert_eq!(E::decode_request(&request).unwrap(), endpoint);
}

#[test]
fn fixed_text_is_written_and_read_back() {
    let publish = Publish { owner: "@ada".to_owned(), id: "a:publish/b".to_owned() };
    there_and_back(publish, "/api/@%40ada/projects/a%3Apublish%2Fb:publish");
    there_and_back(Open, "/api/open%20invoices;v=1/");
    there_and_back(Versions { path: "a/versions/b c".to_owned() }, "/files/a/versions/b%20c/versions");
    let paths = [ThingsList::PATH, ThingsMake::PATH, ThingsGet::PATH, PartsList::PATH, PartsGet::PATH];
    let expected = ["/api/things", "/api/things", "/api/things/{id}/", "/api/parts/", "/api/parts/{id}"];
    assert_eq!(paths.map(|path| path.as_str()), expected);
}
