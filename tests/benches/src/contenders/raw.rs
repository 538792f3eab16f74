//! reqwest by hand, as a program without any toolkit has it.

use bytes::Bytes;
use http::{Request, Response};
use reqwest::{Client, RequestBuilder};

use crate::contenders::floor::{CreateBody, UpdateBody};
use crate::contenders::{Contender, read};
use crate::operations::{
    ApiToken, CUSTOMER, Created, EXPIRES_AT, LABELS, NAME, NICKNAME, Operation, Page, TAGS, TOKEN, User, WORKSPACE,
    Workspace,
};

pub struct Raw {
    base: String,
    client: Client,
}

impl Raw {
    fn builder(&self, operation: Operation) -> RequestBuilder {
        let (client, base) = (&self.client, &self.base);
        let builder = match operation {
            Operation::Me => client.get(format!("{base}/api/me")),
            Operation::List => client.get(format!("{base}/api/me/api-tokens")),
            Operation::Create => {
                let body = CreateBody { nickname: NICKNAME, workspace: WORKSPACE, expires_at: EXPIRES_AT };
                client.post(format!("{base}/api/me/api-tokens")).json(&body)
            }
            Operation::Search => {
                let customer = percent_encoding::utf8_percent_encode(CUSTOMER, percent_encoding::NON_ALPHANUMERIC);
                client.get(format!("{base}/api/customers/{customer}/invoices")).query(&[
                    ("status", "open"),
                    ("limit", "20"),
                    ("tag", TAGS[0]),
                    ("tag", TAGS[1]),
                ])
            }
            Operation::Update => client
                .put(format!("{base}/api/workspaces/{WORKSPACE}"))
                .json(&UpdateBody { name: NAME, labels: &LABELS }),
        };
        builder.header("accept", "application/json").header("x-api-key", TOKEN)
    }
}

impl Contender for Raw {
    const NAME: &'static str = "raw reqwest";

    fn new(base: &str) -> Self {
        Self { base: base.to_owned(), client: Client::new() }
    }

    fn encode(&self, operation: Operation) -> Request<Bytes> {
        let request = self.builder(operation).build().expect("a request");
        let request: Request<reqwest::Body> = request.try_into().expect("a request");
        request.map(|body| Bytes::copy_from_slice(body.as_bytes().unwrap_or_default()))
    }

    fn decode(&self, operation: Operation, response: &Response<Bytes>) -> usize {
        assert!(response.status().is_success());
        read(operation, response.body())
    }

    async fn call(&self, operation: Operation) -> usize {
        let response = self.builder(operation).send().await.expect("a response");
        let response = response.error_for_status().expect("a success");
        match operation {
            Operation::Me => response.json::<User>().await.expect("a user").username.len(),
            Operation::List => response.json::<Vec<ApiToken>>().await.expect("tokens").len(),
            Operation::Create => response.json::<Created>().await.expect("a token").token.len(),
            Operation::Search => response.json::<Page>().await.expect("a page").items.len(),
            Operation::Update => response.json::<Workspace>().await.expect("a workspace").name.len(),
        }
    }
}
