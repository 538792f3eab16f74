//! The five operations that are measured: their values, the types of their responses, and their recorded responses.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response};
use serde::{Deserialize, Serialize};

pub const BASE: &str = "http://127.0.0.1:7777";
pub const TOKEN: &str = "ql_3f8a9c0d1e2b4a5f6c7d8e9f0a1b2c3d4e5f6a7b8c9d0e1f";
pub const WORKSPACE: &str = "6b01d2e7627f2972a3745de0";
pub const NICKNAME: &str = "continuous integration";
pub const EXPIRES_AT: &str = "2027-01-01T00:00:00.000Z";
pub const CUSTOMER: &str = "acme café";
pub const NAME: &str = "Acme Incorporated";
pub const LABELS: [&str; 2] = ["paying", "eu"];
pub const TAGS: [&str; 2] = ["overdue", "second reminder"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// `GET /api/me`.
    Me,
    /// `GET /api/me/api-tokens`: a list.
    List,
    /// `POST /api/me/api-tokens`: a JSON body.
    Create,
    /// `GET /api/customers/{customer}/invoices?status=…&limit=…&tag=…&tag=…`: a path value and a query.
    Search,
    /// `PUT /api/workspaces/{workspace}`: a path value and a JSON body.
    Update,
}

pub const OPERATIONS: [Operation; 5] =
    [Operation::Me, Operation::List, Operation::Create, Operation::Search, Operation::Update];

impl Operation {
    pub fn name(self) -> &'static str {
        match self {
            Self::Me => "me",
            Self::List => "list",
            Self::Create => "create",
            Self::Search => "search",
            Self::Update => "update",
        }
    }

    /// The operation with this name.
    pub fn named(name: &str) -> Option<Self> {
        OPERATIONS.into_iter().find(|operation| operation.name() == name)
    }

    /// The response of the server.
    pub fn response(self) -> Response<Bytes> {
        const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
        let body = match self {
            Self::Me => ME,
            Self::List => LIST,
            Self::Create => CREATED,
            Self::Search => PAGE,
            Self::Update => WORKSPACE_JSON,
        };
        let mut response = Response::new(Bytes::from_static(body));
        response.headers_mut().insert(CONTENT_TYPE, JSON);
        response
    }

    /// The operation that a request asks for.
    pub fn of(method: &http::Method, path: &str) -> Self {
        match (method.as_str(), path) {
            ("GET", "/api/me") => Self::Me,
            ("GET", "/api/me/api-tokens") => Self::List,
            ("POST", _) => Self::Create,
            ("PUT", _) => Self::Update,
            _ => Self::Search,
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    #[serde(rename = "_id")]
    pub id: String,
    pub username: String,
    pub email: String,
    pub full_name: String,
    pub first_name: String,
    pub last_name: String,
    pub birth_date: Option<String>,
    pub roles: Vec<String>,
    pub metadata: Metadata,
    pub workspace: Option<ActiveWorkspace>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    pub locale: String,
    pub newsletter: bool,
    pub logins: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActiveWorkspace {
    #[serde(rename = "_id")]
    pub id: String,
    pub name: String,
    pub roles: Vec<String>,
    pub labels: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiToken {
    #[serde(rename = "_id")]
    pub id: String,
    pub token_prefix: String,
    pub nickname: String,
    pub workspace: Option<String>,
    pub expires_at: String,
    pub last_used_at: Option<String>,
    pub created: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Created {
    #[serde(rename = "apiToken")]
    pub api_token: ApiToken,
    pub token: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Page {
    pub items: Vec<Invoice>,
    pub total: u64,
    pub next: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Invoice {
    pub number: String,
    pub amount: f64,
    pub currency: String,
    pub due: String,
    pub paid: bool,
    pub tags: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Workspace {
    #[serde(rename = "_id")]
    pub id: String,
    pub tenant: String,
    pub name: String,
    pub logo: Option<String>,
    pub labels: Vec<String>,
    pub members: Vec<Member>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Member {
    pub user: String,
    pub roles: Vec<String>,
    pub created: String,
}

const ME: &[u8] = br#"{"_id":"6b01d2e3627f2972a3745d60","username":"ada@acme.example","email":"ada@acme.example","fullName":"Ada Lovelace","firstName":"Ada","lastName":"Lovelace","birthDate":"1990-04-04","roles":["user","editor"],"metadata":{"locale":"en","newsletter":false,"logins":17},"workspace":{"_id":"6b01d2e7627f2972a3745de0","name":"Acme Caf\u00e9","roles":["admin","user"],"labels":["*"]}}"#;
const LIST: &[u8] = br#"[{"_id":"6b01d2f0627f2972a3745e01","tokenPrefix":"ql_3f8a9","nickname":"ci","workspace":"6b01d2e7627f2972a3745de0","expiresAt":"2027-01-01T00:00:00.000Z","lastUsedAt":"2026-11-20T08:15:00.000Z","created":"2026-11-01T00:00:00.000Z"},{"_id":"6b01d2f0627f2972a3745e02","tokenPrefix":"ql_77c01","nickname":"backup","workspace":null,"expiresAt":"2027-06-01T00:00:00.000Z","lastUsedAt":null,"created":"2026-11-02T00:00:00.000Z"},{"_id":"6b01d2f0627f2972a3745e03","tokenPrefix":"ql_09bd2","nickname":"reporting","workspace":"6b01d2e7627f2972a3745de4","expiresAt":"2026-12-01T00:00:00.000Z","lastUsedAt":"2026-11-21T12:00:00.000Z","created":"2026-10-02T00:00:00.000Z"}]"#;
const CREATED: &[u8] = br#"{"apiToken":{"_id":"6b01d2f0627f2972a3745e04","tokenPrefix":"ql_a1b2c","nickname":"continuous integration","workspace":"6b01d2e7627f2972a3745de0","expiresAt":"2027-01-01T00:00:00.000Z","lastUsedAt":null,"created":"2026-11-21T12:00:00.000Z"},"token":"ql_a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718"}"#;
const PAGE: &[u8] = br#"{"items":[{"number":"2026-001","amount":119.0,"currency":"EUR","due":"2026-12-01","paid":false,"tags":["overdue"]},{"number":"2026-002","amount":49.9,"currency":"EUR","due":"2026-12-02","paid":true,"tags":[]},{"number":"2026-003","amount":1290.5,"currency":"USD","due":"2026-12-03","paid":false,"tags":["overdue","second reminder"]}],"total":3,"next":null}"#;
const WORKSPACE_JSON: &[u8] = br#"{"_id":"6b01d2e7627f2972a3745de0","tenant":"0","name":"Acme Incorporated","logo":null,"labels":["paying","eu"],"members":[{"user":"6b01d2e3627f2972a3745d60","roles":["admin","user"],"created":"2026-11-01T00:00:00.000Z"}]}"#;
