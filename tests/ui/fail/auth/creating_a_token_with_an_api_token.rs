use std::time::Duration;

use qelos_client::wire::{ApiToken, Invite};
use qelos_client::{ApiTokenAuth, Client, NewApiToken, WorkspaceId};

async fn create(client: &Client<ApiTokenAuth>) {
    let wanted = NewApiToken::expiring_in("ci", Duration::from_hours(1));
    client.create_api_token(&wanted).await.unwrap();
}

async fn rotate(client: &Client<ApiTokenAuth>, old: &ApiToken) {
    client.rotate_api_token(old, Duration::from_hours(1), async |_| Ok::<_, String>(())).await.unwrap();
}

async fn invite(client: &Client, workspace: &WorkspaceId, invite: Invite) {
    client.invite_to_workspace(workspace, invite).await.unwrap();
}

fn main() {}
