//! Methods of a `#[resource]`.

use qelos_client::auth::SignedIn;
use qelos_client::resource;

use crate::Site;
use crate::operations::{ApiToken, Created, Page, User, Workspace};

pub const SITES: [Site; 5] = [
    |caller| Box::pin(async { caller.client.things().me().await.map_or(0, |user| user.username.len()) }),
    |caller| Box::pin(async { caller.client.things().list().await.map_or(0, |tokens| tokens.len()) }),
    |caller| {
        let [nickname, workspace, expires_at] = &caller.texts;
        let create = caller.client.things().create(nickname, workspace, expires_at);
        Box::pin(async { create.await.map_or(0, |made| made.token.len()) })
    },
    |caller| {
        let [customer, status, _] = &caller.texts;
        let search = caller.client.things().search(customer, status, 20, &caller.list);
        Box::pin(async { search.await.map_or(0, |page| page.items.len()) })
    },
    |caller| {
        let [workspace, name, _] = &caller.texts;
        let update = caller.client.things().update(workspace, name, &caller.list);
        Box::pin(async { update.await.map_or(0, |of| of.name.len()) })
    },
];

#[resource(path = "/api/group-0", auth = SignedIn)]
pub trait Things {
    #[get("/me")]
    async fn me(&self) -> User;

    #[get("/api-tokens")]
    async fn list(&self) -> Vec<ApiToken>;

    #[post("/api-tokens")]
    async fn create(
        &self,
        nickname: &str,
        workspace: &str,
        #[endpoint(rename = "expiresAt")] expires_at: &str,
    ) -> Created;

    #[get("/customers/{customer}/invoices")]
    async fn search(&self, customer: &str, status: &str, limit: u32, tag: &[String]) -> Page;

    #[put("/workspaces/{workspace}")]
    async fn update(&self, workspace: &str, name: &str, labels: &[String]) -> Workspace;
}
