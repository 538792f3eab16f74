//! Fields, arguments, constants and types with the names that generated code uses itself.
#![deny(warnings)]

use qelos_client::{DecodeRequest, Endpoint, auth::SignedIn, resource};

#[derive(qelos_client::serde::Serialize, qelos_client::serde::Deserialize)]
#[serde(crate = "qelos_client::serde")]
pub struct Caller(pub u32);

fn is_none(_: &u32) -> bool {
    false
}

#[derive(Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/{path}/{endpoint}", response = Caller, auth = SignedIn)]
pub struct Names {
    pub path: String,
    pub endpoint: u32,
    pub self_: u32,
    pub request: u32,
    pub body: u32,
    pub reader: u32,
    pub response: u32,
    pub client: u32,
    #[serde(skip_serializing_if = "is_none")]
    pub value: u32,
    pub serializer: u32,
    pub caller: Caller,
    pub r#type: u32,
    pub r#async: u32,
}

#[resource(path = "/api/callers", auth = SignedIn, decode)]
pub trait Callers {
    #[get]
    async fn list(
        &self,
        client: u32,
        request: Option<u32>,
        response: &str,
        value: Option<&str>,
        body: u32,
    ) -> Vec<Caller>;
    #[post("/{reader}")]
    async fn create(&self, reader: u32, caller: Caller, self_: u32, endpoint: u32) -> Caller;
    #[endpoint(Names)]
    async fn names(&self, client: &Names) -> Caller;
    #[get("/from")]
    async fn from(&self) -> u32;
    #[get("/clone")]
    async fn clone(&self) -> u32;
}

#[resource(path = "/api/caller", auth = SignedIn)]
pub trait Dispatch {
    #[get]
    async fn dispatch(&self) -> u32;
}
