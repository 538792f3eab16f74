//! One call with the macros of ruma, sent with reqwest.

use std::error::Error;

use bytes::BytesMut;
use ruma_common::api::auth_scheme::SendAccessToken;
use ruma_common::api::{IncomingResponseExt, OutgoingRequestExt};

mod me {
    use ruma_common::api::auth_scheme::AccessToken;
    use ruma_common::api::{request, response};
    use ruma_common::metadata;
    use serde::{Deserialize, Serialize};

    metadata! { method: GET, rate_limited: false, authentication: AccessToken, path: "/api/me" }

    #[request]
    pub struct Request {}

    #[response]
    pub struct Response {
        #[ruma_api(body)]
        pub user: User,
    }

    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub struct User {
        pub username: String,
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let token = SendAccessToken::IfRequired("ql_3f8a9c0d1e2b4a5f");
    let request = me::Request {}.try_into_http_request::<BytesMut>("https://acme.example", token, ())?;
    let request = request.map(|body| reqwest::Body::from(body.freeze())).try_into()?;
    let response = reqwest::Client::new().execute(request).await?;
    let mut whole = http::Response::builder().status(response.status());
    *whole.headers_mut().ok_or("a head")? = response.headers().clone();
    let body = response.bytes().await?;
    println!("{}", me::Response::try_from_http_response(whole.body(&*body)?)?.user.username);
    Ok(())
}
