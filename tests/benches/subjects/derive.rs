//! `#[derive(Endpoint)]`.

use qelos_client::Endpoint;
use qelos_client::auth::SignedIn;

use crate::Site;
use crate::operations::{ApiToken, Created, Page, User, Workspace};

pub const SITES: [Site; 5] = [
    |caller| Box::pin(async { caller.client.call(&Me).await.map_or(0, |user| user.username.len()) }),
    |caller| Box::pin(async { caller.client.call(&List).await.map_or(0, |tokens| tokens.len()) }),
    |caller| {
        let [nickname, workspace, expires_at] = &caller.texts;
        let create = Create { nickname, workspace, expires_at };
        Box::pin(async move { caller.client.call(&create).await.map_or(0, |made| made.token.len()) })
    },
    |caller| {
        let [customer, status, _] = &caller.texts;
        let search = Search { customer, status, limit: 20, tag: &caller.list };
        Box::pin(async move { caller.client.call(&search).await.map_or(0, |page| page.items.len()) })
    },
    |caller| {
        let [workspace, name, _] = &caller.texts;
        let update = Update { workspace, name, labels: &caller.list };
        Box::pin(async move { caller.client.call(&update).await.map_or(0, |of| of.name.len()) })
    },
];

#[derive(Endpoint)]
#[endpoint(GET, "/api/group-0/me", response = User, auth = SignedIn)]
pub struct Me;

#[derive(Endpoint)]
#[endpoint(GET, "/api/group-0/api-tokens", response = Vec<ApiToken>, auth = SignedIn)]
pub struct List;

#[derive(Endpoint)]
#[endpoint(POST, "/api/group-0/api-tokens", response = Created, auth = SignedIn)]
pub struct Create<'t> {
    nickname: &'t str,
    workspace: &'t str,
    #[serde(rename = "expiresAt")]
    expires_at: &'t str,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/group-0/customers/{customer}/invoices", response = Page, auth = SignedIn)]
pub struct Search<'i> {
    customer: &'i str,
    status: &'i str,
    limit: u32,
    tag: &'i [String],
}

#[derive(Endpoint)]
#[endpoint(PUT, "/api/group-0/workspaces/{workspace}", response = Workspace, auth = SignedIn)]
pub struct Update<'w> {
    workspace: &'w str,
    name: &'w str,
    labels: &'w [String],
}
