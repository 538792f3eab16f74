use qelos_client::{ApiTokenAuth, Client};

async fn run(client: Client<ApiTokenAuth>) {
    client.api_tokens().list().await;
    client.call(&qelos_client::api::ApiTokensList {}).await;
}

fn main() {}
