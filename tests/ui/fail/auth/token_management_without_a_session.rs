use qelos_client::{Anonymous, ApiTokenAuth, Client};

async fn without_signing_in(client: Client<Anonymous>) {
    client.api_tokens().list().await;
}

async fn with_an_api_token(client: Client<ApiTokenAuth>) {
    client.api_tokens().list().await;
    client.call(&qelos_client::api::ApiTokensList {}).await;
}

fn main() {}
