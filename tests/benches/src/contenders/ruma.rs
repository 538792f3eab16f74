//! ruma's API macros, sent with reqwest as its users do. Its credential is a bearer token.

use bytes::{Bytes, BytesMut};
use http::{Request, Response};
use reqwest::Client;
use ruma_common::api::auth_scheme::SendAccessToken;
use ruma_common::api::{IncomingResponseExt, OutgoingRequest, OutgoingRequestExt, auth_scheme, path_builder};

use crate::contenders::{Contender, PEERS};
use crate::operations::{CUSTOMER, EXPIRES_AT, LABELS, NAME, NICKNAME, Operation, TAGS, TOKEN, WORKSPACE};

mod me {
    use ruma_common::api::auth_scheme::AccessToken;
    use ruma_common::api::{request, response};
    use ruma_common::metadata;

    metadata! { method: GET, rate_limited: false, authentication: AccessToken, path: "/api/me" }

    #[request]
    pub struct Request {}

    #[response]
    pub struct Response {
        #[ruma_api(body)]
        pub user: crate::operations::User,
    }
}

mod list {
    use ruma_common::api::auth_scheme::AccessToken;
    use ruma_common::api::{request, response};
    use ruma_common::metadata;

    metadata! { method: GET, rate_limited: false, authentication: AccessToken, path: "/api/me/api-tokens" }

    #[request]
    pub struct Request {}

    #[response]
    pub struct Response {
        #[ruma_api(body)]
        pub tokens: Vec<crate::operations::ApiToken>,
    }
}

mod create {
    use ruma_common::api::auth_scheme::AccessToken;
    use ruma_common::api::{request, response};
    use ruma_common::metadata;

    metadata! { method: POST, rate_limited: false, authentication: AccessToken, path: "/api/me/api-tokens" }

    #[request]
    pub struct Request {
        pub nickname: String,
        pub workspace: String,
        #[serde(rename = "expiresAt")]
        pub expires_at: String,
    }

    #[response]
    pub struct Response {
        #[ruma_api(body)]
        pub created: crate::operations::Created,
    }
}

mod search {
    use ruma_common::api::auth_scheme::AccessToken;
    use ruma_common::api::{request, response};
    use ruma_common::metadata;

    metadata! { method: GET, rate_limited: false, authentication: AccessToken, path: "/api/customers/{customer}/invoices" }

    #[request]
    pub struct Request {
        #[ruma_api(path)]
        pub customer: String,
        #[ruma_api(query)]
        pub status: String,
        #[ruma_api(query)]
        pub limit: u32,
        #[ruma_api(query)]
        pub tag: Vec<String>,
    }

    #[response]
    pub struct Response {
        #[ruma_api(body)]
        pub page: crate::operations::Page,
    }
}

mod update {
    use ruma_common::api::auth_scheme::AccessToken;
    use ruma_common::api::{request, response};
    use ruma_common::metadata;

    metadata! { method: PUT, rate_limited: false, authentication: AccessToken, path: "/api/workspaces/{workspace}" }

    #[request]
    pub struct Request {
        #[ruma_api(path)]
        pub workspace: String,
        pub name: String,
        pub labels: Vec<String>,
    }

    #[response]
    pub struct Response {
        #[ruma_api(body)]
        pub workspace: crate::operations::Workspace,
    }
}

pub struct Ruma {
    base: String,
    client: Client,
}

impl Ruma {
    fn request<R>(&self, request: R) -> Request<Bytes>
    where
        R: OutgoingRequest<Authentication = auth_scheme::AccessToken, PathBuilder = path_builder::SinglePath>,
    {
        let token = SendAccessToken::IfRequired(TOKEN);
        let request = request.try_into_http_request::<BytesMut>(&self.base, token, ()).expect("a request");
        request.map(BytesMut::freeze)
    }
}

impl Contender for Ruma {
    const NAME: &'static str = PEERS[0];

    fn new(base: &str) -> Self {
        Self { base: base.to_owned(), client: Client::new() }
    }

    fn encode(&self, operation: Operation) -> Request<Bytes> {
        match operation {
            Operation::Me => self.request(me::Request {}),
            Operation::List => self.request(list::Request {}),
            Operation::Create => self.request(create::Request {
                nickname: NICKNAME.to_owned(),
                workspace: WORKSPACE.to_owned(),
                expires_at: EXPIRES_AT.to_owned(),
            }),
            Operation::Search => self.request(search::Request {
                customer: CUSTOMER.to_owned(),
                status: "open".to_owned(),
                limit: 20,
                tag: TAGS.map(str::to_owned).to_vec(),
            }),
            Operation::Update => self.request(update::Request {
                workspace: WORKSPACE.to_owned(),
                name: NAME.to_owned(),
                labels: LABELS.map(str::to_owned).to_vec(),
            }),
        }
    }

    fn decode(&self, operation: Operation, response: &Response<Bytes>) -> usize {
        let mut borrowed = Response::new(response.body().as_ref());
        *borrowed.status_mut() = response.status();
        *borrowed.headers_mut() = response.headers().clone();
        match operation {
            Operation::Me => me::Response::try_from_http_response(borrowed).expect("a user").user.username.len(),
            Operation::List => list::Response::try_from_http_response(borrowed).expect("tokens").tokens.len(),
            Operation::Create => {
                create::Response::try_from_http_response(borrowed).expect("a token").created.token.len()
            }
            Operation::Search => search::Response::try_from_http_response(borrowed).expect("a page").page.items.len(),
            Operation::Update => update::Response::try_from_http_response(borrowed).expect("one").workspace.name.len(),
        }
    }

    async fn call(&self, operation: Operation) -> usize {
        let request = self.encode(operation).map(reqwest::Body::from);
        let request = reqwest::Request::try_from(request).expect("a request");
        let mut response = self.client.execute(request).await.expect("a response");
        let mut whole = Response::new(());
        *whole.status_mut() = response.status();
        std::mem::swap(whole.headers_mut(), response.headers_mut());
        let body = response.bytes().await.expect("a body");
        self.decode(operation, &whole.map(|()| body))
    }
}
