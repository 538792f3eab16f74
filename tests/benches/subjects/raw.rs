//! reqwest by hand.

use serde::Serialize;

use crate::operations::{ApiToken, Created, Page, User, Workspace};
use crate::{Caller, Site};

pub const SITES: [Site; 5] = [
    |caller| Box::pin(async { me(caller).await.map_or(0, |user| user.username.len()) }),
    |caller| Box::pin(async { list(caller).await.map_or(0, |tokens| tokens.len()) }),
    |caller| {
        let [nickname, workspace, expires_at] = &caller.texts;
        Box::pin(async { create(caller, nickname, workspace, expires_at).await.map_or(0, |made| made.token.len()) })
    },
    |caller| {
        let [customer, status, _] = &caller.texts;
        Box::pin(async { search(caller, customer, status, 20, &caller.list).await.map_or(0, |page| page.items.len()) })
    },
    |caller| {
        let [workspace, name, _] = &caller.texts;
        Box::pin(async { update(caller, workspace, name, &caller.list).await.map_or(0, |of| of.name.len()) })
    },
];

pub async fn me(caller: &Caller) -> Result<User, reqwest::Error> {
    let request = caller.http.get(format!("{}/api/group-0/me", caller.base));
    let request = request.header("accept", "application/json").header("x-api-key", &caller.token);
    request.send().await?.error_for_status()?.json().await
}

pub async fn list(caller: &Caller) -> Result<Vec<ApiToken>, reqwest::Error> {
    let request = caller.http.get(format!("{}/api/group-0/api-tokens", caller.base));
    let request = request.header("accept", "application/json").header("x-api-key", &caller.token);
    request.send().await?.error_for_status()?.json().await
}

#[derive(Serialize)]
struct CreateBody<'b> {
    nickname: &'b str,
    workspace: &'b str,
    #[serde(rename = "expiresAt")]
    expires_at: &'b str,
}

pub async fn create(
    caller: &Caller,
    nickname: &str,
    workspace: &str,
    expires_at: &str,
) -> Result<Created, reqwest::Error> {
    let request = caller.http.post(format!("{}/api/group-0/api-tokens", caller.base));
    let request = request.json(&CreateBody { nickname, workspace, expires_at });
    let request = request.header("accept", "application/json").header("x-api-key", &caller.token);
    request.send().await?.error_for_status()?.json().await
}

pub async fn search(
    caller: &Caller,
    customer: &str,
    status: &str,
    limit: u32,
    tag: &[String],
) -> Result<Page, reqwest::Error> {
    let customer = percent_encoding::utf8_percent_encode(customer, percent_encoding::NON_ALPHANUMERIC);
    let mut request = caller.http.get(format!("{}/api/group-0/customers/{customer}/invoices", caller.base));
    request = request.query(&[("status", status), ("limit", &limit.to_string())]);
    for tag in tag {
        request = request.query(&[("tag", tag)]);
    }
    let request = request.header("accept", "application/json").header("x-api-key", &caller.token);
    request.send().await?.error_for_status()?.json().await
}

#[derive(Serialize)]
struct UpdateBody<'b> {
    name: &'b str,
    labels: &'b [String],
}

pub async fn update(
    caller: &Caller,
    workspace: &str,
    name: &str,
    labels: &[String],
) -> Result<Workspace, reqwest::Error> {
    let workspace = percent_encoding::utf8_percent_encode(workspace, percent_encoding::NON_ALPHANUMERIC);
    let request = caller.http.put(format!("{}/api/group-0/workspaces/{workspace}", caller.base));
    let request = request.json(&UpdateBody { name, labels });
    let request = request.header("accept", "application/json").header("x-api-key", &caller.token);
    request.send().await?.error_for_status()?.json().await
}
