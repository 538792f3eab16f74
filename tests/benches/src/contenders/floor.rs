//! The floor: `http::Request` built by hand, sent with hyper-util.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::Serialize;

use crate::contenders::{Contender, read};
use crate::operations::{CUSTOMER, EXPIRES_AT, LABELS, NAME, NICKNAME, Operation, TAGS, TOKEN, WORKSPACE};

pub struct Floor {
    base: String,
    key: HeaderValue,
    client: Client<HttpConnector, Full<Bytes>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateBody<'b> {
    pub nickname: &'b str,
    pub workspace: &'b str,
    pub expires_at: &'b str,
}

#[derive(Serialize)]
pub struct UpdateBody<'b> {
    pub name: &'b str,
    pub labels: &'b [&'b str],
}

fn encoded(text: &str) -> impl std::fmt::Display + '_ {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC)
}

impl Floor {
    fn request(&self, method: Method, uri: String, body: Option<Vec<u8>>) -> Request<Bytes> {
        const JSON: HeaderValue = HeaderValue::from_static("application/json");
        let has_body = body.is_some();
        let mut request = Request::new(Bytes::from(body.unwrap_or_default()));
        *request.method_mut() = method;
        *request.uri_mut() = uri.try_into().expect("a URI");
        let headers = request.headers_mut();
        headers.insert(ACCEPT, JSON);
        headers.insert("x-api-key", self.key.clone());
        if has_body {
            headers.insert(CONTENT_TYPE, JSON);
        }
        request
    }
}

impl Contender for Floor {
    const NAME: &'static str = "floor";

    fn new(base: &str) -> Self {
        let mut key = HeaderValue::from_static(TOKEN);
        key.set_sensitive(true);
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Self { base: base.to_owned(), key, client: Client::builder(TokioExecutor::new()).build(connector) }
    }

    fn encode(&self, operation: Operation) -> Request<Bytes> {
        let base = &self.base;
        match operation {
            Operation::Me => self.request(Method::GET, format!("{base}/api/me"), None),
            Operation::List => self.request(Method::GET, format!("{base}/api/me/api-tokens"), None),
            Operation::Create => {
                let body = CreateBody { nickname: NICKNAME, workspace: WORKSPACE, expires_at: EXPIRES_AT };
                let body = serde_json::to_vec(&body).expect("JSON");
                self.request(Method::POST, format!("{base}/api/me/api-tokens"), Some(body))
            }
            Operation::Search => {
                let mut uri = format!("{base}/api/customers/{}/invoices?", encoded(CUSTOMER));
                let start = uri.len();
                let mut query = form_urlencoded::Serializer::for_suffix(uri, start);
                query.append_pair("status", "open").append_pair("limit", "20");
                query.extend_pairs(TAGS.map(|tag| ("tag", tag)));
                uri = query.finish();
                self.request(Method::GET, uri, None)
            }
            Operation::Update => {
                let body = serde_json::to_vec(&UpdateBody { name: NAME, labels: &LABELS }).expect("JSON");
                self.request(Method::PUT, format!("{base}/api/workspaces/{}", encoded(WORKSPACE)), Some(body))
            }
        }
    }

    fn decode(&self, operation: Operation, response: &Response<Bytes>) -> usize {
        assert!(response.status().is_success());
        read(operation, response.body())
    }

    async fn call(&self, operation: Operation) -> usize {
        let response = self.client.request(self.encode(operation).map(Full::new)).await.expect("a response");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        self.decode(operation, &Response::from_parts(parts, body))
    }
}
