//! Types that a macro of the user passes on are read like those that are written out.
use qelos_client::{DecodeRequest, Endpoint, RequestSnapshot, auth::SignedIn, resource};

macro_rules! things {
    ($name:ident, $auth:ty, $response:ty, $inside:ty, $($arg:ident: $of:ty),*) => {
        #[resource(path = "/api/things", auth = $auth, decode)]
        pub trait $name {
            #[get]
            async fn list(&self, $($arg: $of,)* inside: Option<$inside>) -> $response;

            #[delete]
            async fn clear(&self) -> ();
        }
    };
}

things!(Things, SignedIn, Vec<u32>, &str, tag: &str, more: Option<&str>, ids: &[u32]);
things!(Nothings, SignedIn, (), &[u8], tag: &u32);

macro_rules! endpoint {
    ($name:ident, $verb:ident, $path:literal, $response:ty, $header:ty) => {
        #[derive(Endpoint, DecodeRequest)]
        #[endpoint($verb, $path, response = $response, auth = SignedIn)]
        pub struct $name {
            #[endpoint(header = "x-name")]
            pub name: $header,
        }
    };
}

endpoint!(Named, GET, "/api/named", (), Option<String>);

macro_rules! generic {
    ($name:ident, $header:ty) => {
        #[derive(Endpoint)]
        #[endpoint(GET, "/api/generic", auth = SignedIn)]
        pub struct $name<T> {
            #[endpoint(header = "x-name")]
            pub name: $header,
        }
    };
}

generic!(Generic, Option<T>);

#[test]
fn types_of_a_macro_are_sent() {
    let list = ThingsList { tag: "a".to_owned(), more: None, ids: vec![1, 2], inside: Some("b".to_owned()) };
    let list = RequestSnapshot::of(&list).unwrap();
    assert!(list.as_str().starts_with("GET /api/things?tag=a&ids=1&ids=2&inside=b\n"), "{list}");
    RequestSnapshot::of(&Generic { name: Some(1) }).unwrap();
}
