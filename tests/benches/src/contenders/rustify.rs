//! rustify: derived endpoints on its reqwest client. Its credential is a header that middleware adds.

use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use rustify::clients::reqwest::Client;
use rustify::errors::ClientError;
use rustify::{Endpoint, MiddleWare};
use rustify_derive::Endpoint;
use serde::Serialize;

use crate::contenders::{Contender, PEERS, read};
use crate::operations::{
    ApiToken, CUSTOMER, Created, EXPIRES_AT, LABELS, NAME, NICKNAME, Operation, Page, TAGS, TOKEN, User, WORKSPACE,
    Workspace,
};

#[derive(Debug, Endpoint, Serialize)]
#[endpoint(path = "api/me", response = "User")]
struct GetMe {}

#[derive(Debug, Endpoint, Serialize)]
#[endpoint(path = "api/me/api-tokens", response = "Vec<ApiToken>")]
struct ListTokens {}

#[derive(Debug, Endpoint, Serialize)]
#[endpoint(path = "api/me/api-tokens", method = "POST", response = "Created")]
struct CreateToken {
    nickname: String,
    workspace: String,
    #[serde(rename = "expiresAt")]
    expires_at: String,
}

#[derive(Debug, Endpoint, Serialize)]
#[endpoint(path = "api/customers/{self.customer}/invoices", response = "Page")]
struct Invoices {
    #[endpoint(skip)]
    customer: String,
    #[endpoint(query)]
    status: String,
    #[endpoint(query)]
    limit: u32,
    #[endpoint(query)]
    tag: String,
}

#[derive(Debug, Endpoint, Serialize)]
#[endpoint(path = "api/workspaces/{self.workspace}", method = "PUT", response = "Workspace")]
struct UpdateWorkspace {
    #[endpoint(skip)]
    workspace: String,
    name: String,
    labels: Vec<String>,
}

/// Adds the credential.
struct Key(HeaderValue);

impl MiddleWare for Key {
    fn request<E: Endpoint>(&self, _: &E, request: &mut Request<Vec<u8>>) -> Result<(), ClientError> {
        request.headers_mut().insert("x-api-key", self.0.clone());
        Ok(())
    }

    fn response<E: Endpoint>(&self, _: &E, _: &mut Response<Vec<u8>>) -> Result<(), ClientError> {
        Ok(())
    }
}

pub struct Rustify {
    base: String,
    key: Key,
    client: Client,
}

impl Rustify {
    fn request(&self, endpoint: &impl Endpoint) -> Request<Bytes> {
        let mut request = endpoint.request(&self.base).expect("a request");
        self.key.request(endpoint, &mut request).expect("a header");
        request.map(Bytes::from)
    }

    async fn send<E: Endpoint>(&self, endpoint: E) -> E::Response {
        endpoint.with_middleware(&self.key).exec(&self.client).await.expect("a response").parse().expect("as declared")
    }
}

fn create() -> CreateToken {
    CreateToken { nickname: NICKNAME.to_owned(), workspace: WORKSPACE.to_owned(), expires_at: EXPIRES_AT.to_owned() }
}

// A parameter cannot be repeated.
fn search() -> Invoices {
    Invoices { customer: CUSTOMER.to_owned(), status: "open".to_owned(), limit: 20, tag: TAGS.join(",") }
}

fn update() -> UpdateWorkspace {
    UpdateWorkspace {
        workspace: WORKSPACE.to_owned(),
        name: NAME.to_owned(),
        labels: LABELS.map(str::to_owned).to_vec(),
    }
}

impl Contender for Rustify {
    const NAME: &'static str = PEERS[1];

    fn new(base: &str) -> Self {
        Self { base: base.to_owned(), key: Key(HeaderValue::from_static(TOKEN)), client: Client::default(base) }
    }

    fn encode(&self, operation: Operation) -> Request<Bytes> {
        match operation {
            Operation::Me => self.request(&GetMe {}),
            Operation::List => self.request(&ListTokens {}),
            Operation::Create => self.request(&create()),
            Operation::Search => self.request(&search()),
            Operation::Update => self.request(&update()),
        }
    }

    fn decode(&self, operation: Operation, response: &Response<Bytes>) -> usize {
        assert!(response.status().is_success());
        read(operation, response.body())
    }

    async fn call(&self, operation: Operation) -> usize {
        match operation {
            Operation::Me => self.send(GetMe {}).await.username.len(),
            Operation::List => self.send(ListTokens {}).await.len(),
            Operation::Create => self.send(create()).await.token.len(),
            Operation::Search => self.send(search()).await.items.len(),
            Operation::Update => self.send(update()).await.name.len(),
        }
    }
}
