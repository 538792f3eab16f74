use qelos_client::{Anonymous, Client};

async fn run(client: Client<Anonymous>) {
    client.api_tokens().list().await;
}

fn main() {}
