use qelos_client::{ApiTokenAuth, Client, OAuth, WorkspaceId};

async fn locked(client: Client<ApiTokenAuth>, workspace: WorkspaceId) {
    client.workspaces().activate(&workspace).await;
}

async fn with_tokens(client: Client<OAuth>, workspace: WorkspaceId) {
    client.workspaces().activate(&workspace).await;
}

fn main() {}
