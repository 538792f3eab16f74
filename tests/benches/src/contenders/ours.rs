//! This toolkit: declared endpoints on a client with an API token, or with a session.

use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use http::{HeaderValue, Request, Response};
#[cfg(feature = "network")]
use qelos_client::OAuth;
use qelos_client::auth::{SatisfiedBy, SignedIn};
#[cfg(feature = "network")]
use qelos_client::transport::{HyperTransport, ReqwestTransport};
use qelos_client::{ApiTokenAuth, BaseUrl, Body, Credential, Endpoint, Transport, TransportError};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use crate::contenders::Contender;
use crate::operations::{
    ApiToken, BASE, CUSTOMER, Created, EXPIRES_AT, LABELS, NAME, NICKNAME, Operation, Page, TAGS, TOKEN, User,
    WORKSPACE, Workspace,
};

#[derive(Endpoint)]
#[endpoint(GET, "/api/me", response = User, auth = SignedIn)]
pub struct GetMe;

#[derive(Endpoint)]
#[endpoint(GET, "/api/me/api-tokens", response = Vec<ApiToken>, auth = SignedIn)]
struct ListTokens;

#[derive(Endpoint)]
#[endpoint(POST, "/api/me/api-tokens", response = Created, auth = SignedIn)]
struct CreateToken<'t> {
    nickname: &'t str,
    workspace: &'t str,
    #[serde(rename = "expiresAt")]
    expires_at: &'t str,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/customers/{customer}/invoices", response = Page, auth = SignedIn)]
struct Invoices<'i> {
    customer: &'i str,
    status: &'i str,
    limit: u32,
    tag: &'i [&'i str],
}

#[derive(Endpoint)]
#[endpoint(PUT, "/api/workspaces/{workspace}", response = Workspace, auth = SignedIn)]
struct UpdateWorkspace<'w> {
    workspace: &'w str,
    name: &'w str,
    labels: &'w [&'w str],
}

const CREATE: CreateToken<'_> = CreateToken { nickname: NICKNAME, workspace: WORKSPACE, expires_at: EXPIRES_AT };
const SEARCH: Invoices<'_> = Invoices { customer: CUSTOMER, status: "open", limit: 20, tag: &TAGS };
const UPDATE: UpdateWorkspace<'_> = UpdateWorkspace { workspace: WORKSPACE, name: NAME, labels: &LABELS };

/// A client of this toolkit.
pub struct Client<C, T> {
    base: BaseUrl,
    key: HeaderValue,
    client: qelos_client::Client<C, T>,
}

/// With an API token, on reqwest.
#[cfg(feature = "network")]
pub type Ours = Client<ApiTokenAuth, ReqwestTransport>;
/// With a session, on reqwest.
#[cfg(feature = "network")]
pub type WithSession = Client<OAuth, ReqwestTransport>;
/// With an API token, on hyper.
#[cfg(feature = "network")]
pub type OnHyper = Client<ApiTokenAuth, HyperTransport>;
/// With an API token, on a transport that responds at once: the path of a call itself.
pub type InMemory = Client<ApiTokenAuth, Instant<false>>;
/// The same, with a subscriber that takes every span of a call.
pub type Traced = Client<ApiTokenAuth, Instant<true>>;

/// Which client is measured.
pub trait Kind: Sized {
    const NAME: &'static str;
    fn client(base: &str) -> Self;
}

#[cfg(feature = "network")]
impl Kind for qelos_client::Client<ApiTokenAuth, ReqwestTransport> {
    const NAME: &'static str = "ours";

    fn client(base: &str) -> Self {
        qelos_client::Client::builder(base).api_token(TOKEN).build().expect("a client")
    }
}

#[cfg(feature = "network")]
impl Kind for qelos_client::Client<OAuth, ReqwestTransport> {
    const NAME: &'static str = "ours, session";

    fn client(base: &str) -> Self {
        let tokens = serde_json::json!({ "token": TOKEN, "refreshToken": TOKEN });
        let tokens = serde_json::from_value(tokens).expect("tokens");
        qelos_client::Client::new(base).expect("a client").with_tokens(tokens)
    }
}

#[cfg(feature = "network")]
impl Kind for qelos_client::Client<ApiTokenAuth, HyperTransport> {
    const NAME: &'static str = "ours, hyper";

    fn client(base: &str) -> Self {
        let transport = HyperTransport::new().expect("a transport");
        qelos_client::Client::builder(base).api_token(TOKEN).transport(transport).build().expect("a client")
    }
}

impl<const TRACED: bool> Kind for qelos_client::Client<ApiTokenAuth, Instant<TRACED>> {
    const NAME: &'static str = if TRACED { "ours, traced" } else { "ours, at once" };

    fn client(base: &str) -> Self {
        if TRACED {
            tracing::subscriber::set_global_default(Spans::default()).expect("the first client of this process");
        }
        qelos_client::Client::builder(base).api_token(TOKEN).transport(Instant::<TRACED>).build().expect("a client")
    }
}

/// Responds at once.
#[derive(Debug, Clone)]
pub struct Instant<const TRACED: bool>;

impl<const TRACED: bool> Transport for Instant<TRACED> {
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, TransportError> {
        Ok(Operation::of(request.method(), request.uri().path()).response().map(Body::from))
    }
}

/// Takes spans and events up to DEBUG, and gives each span an id, as a registry does. It stores nothing, so that the
/// cost is that of the client.
#[derive(Default)]
struct Spans {
    last: AtomicU64,
}

impl Subscriber for Spans {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::DEBUG
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::DEBUG)
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(self.last.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

impl<C, T> Client<C, T> {
    fn request(&self, endpoint: &impl Endpoint) -> Request<Bytes> {
        let mut request = endpoint.encode().expect("a request").into_http(&self.base).expect("a request");
        request.headers_mut().insert("x-api-key", self.key.clone());
        request
    }
}

impl<C: Credential, T: Transport> Contender for Client<C, T>
where
    qelos_client::Client<C, T>: Kind,
    SignedIn: SatisfiedBy<C>,
{
    const NAME: &'static str = <qelos_client::Client<C, T> as Kind>::NAME;

    fn new(base: &str) -> Self {
        let mut key = HeaderValue::from_static(TOKEN);
        key.set_sensitive(true);
        Self { base: BASE.parse().expect("a URL"), key, client: Kind::client(base) }
    }

    fn encode(&self, operation: Operation) -> Request<Bytes> {
        match operation {
            Operation::Me => self.request(&GetMe),
            Operation::List => self.request(&ListTokens),
            Operation::Create => self.request(&CREATE),
            Operation::Search => self.request(&SEARCH),
            Operation::Update => self.request(&UPDATE),
        }
    }

    fn decode(&self, operation: Operation, response: &Response<Bytes>) -> usize {
        match operation {
            Operation::Me => GetMe::decode(response).expect("a user").username.len(),
            Operation::List => ListTokens::decode(response).expect("tokens").len(),
            Operation::Create => CreateToken::decode(response).expect("a token").token.len(),
            Operation::Search => Invoices::decode(response).expect("a page").items.len(),
            Operation::Update => UpdateWorkspace::decode(response).expect("a workspace").name.len(),
        }
    }

    async fn call(&self, operation: Operation) -> usize {
        let client = &self.client;
        match operation {
            Operation::Me => client.call(&GetMe).await.expect("a user").username.len(),
            Operation::List => client.call(&ListTokens).await.expect("tokens").len(),
            Operation::Create => client.call(&CREATE).await.expect("a token").token.len(),
            Operation::Search => client.call(&SEARCH).await.expect("a page").items.len(),
            Operation::Update => client.call(&UPDATE).await.expect("a workspace").name.len(),
        }
    }
}
