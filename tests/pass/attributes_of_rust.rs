//! Conditions, lints and documentation stand where they stand in other code, and concern what they are written on.
#![deny(warnings, clippy::too_many_arguments)]
#![allow(clippy::non_minimal_cfg, reason = "the shortest conditions")]
use qelos_client::{Client, DecodeRequest, Endpoint, RequestSnapshot, auth::SignedIn, resource};

/// Conditions on methods and arguments.
#[resource(path = "/api/things", auth = SignedIn, decode)]
#[allow(clippy::too_many_arguments)]
#[doc(hidden)]
pub trait Things {
    /// Makes one.
    #[post]
    async fn make(&self, #[cfg(any())] gone: u32, #[allow(unused)] kept: u32, #[cfg(all())] there: &str) -> u32;

    #[cfg(any())]
    #[get("/{id}")]
    async fn get(&self, id: Nothing) -> Nothing;

    #[cfg(all())]
    #[get("/{id}")]
    async fn get(&self, id: u32, #[cfg(any())] as_of: Nothing, #[cfg(all())] as_of: Option<u32>) -> u32;

    #[expect(clippy::too_many_arguments, reason = "one for each letter")]
    #[delete]
    async fn clear(
        &self,
        a: u8,
        b: u8,
        c: u8,
        d: u8,
        e: u8,
        f: u8,
        /** The last. */
        g: u8,
    );

    #[deprecated]
    #[get("/all")]
    async fn all(&self) -> u32;
}

#[resource(path = "/api/nothing", auth = Nothing)]
#[cfg(any())]
pub trait Gone {
    #[get]
    async fn list(&self) -> Nothing;
}

#[resource(path = "/api/old", auth = SignedIn)]
#[deprecated = "call `Things`"]
pub trait Old {
    #[get]
    async fn list(&self) -> u32;
}

#[deprecated]
#[derive(serde::Serialize, serde::Deserialize)]
pub struct Note(String);

#[derive(Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/notes", response = Note, auth = SignedIn)]
#[allow(deprecated)]
pub struct CreateNote {
    pub note: Note,
}

#[derive(Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/notes", auth = SignedIn)]
pub struct ChangeNote {
    #[allow(deprecated)]
    pub note: Note,
}

#[allow(dead_code, reason = "it is compiled, and never called")]
async fn call(client: &Client<qelos_client::OAuth>) {
    let _ = client.things().make(1, "a").await;
    let _ = client.things().get(7, None).await;
}

#[test]
fn attributes_go_to_the_fields_of_the_struct() {
    let made = RequestSnapshot::of(&ThingsMake { kept: 1, there: "yes".to_owned() }).unwrap();
    assert!(made.as_str().ends_with("{\n  \"kept\": 1,\n  \"there\": \"yes\"\n}\n"), "{made}");
    let got = RequestSnapshot::of(&ThingsGet { id: 7, as_of: Some(1) }).unwrap();
    assert!(got.as_str().starts_with("GET /api/things/7?as_of=1\n"), "{got}");
}
