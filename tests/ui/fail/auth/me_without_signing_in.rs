use qelos_client::Client;
use qelos_client::api::GetMe;

async fn run() {
    let client = Client::new("https://acme.example").unwrap();
    client.call(&GetMe).await;
    client.logged_in_user().await;
}

fn main() {}
