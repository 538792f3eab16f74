use qelos_client::Client;
use qelos_client::auth::SignedIn;

async fn run(client: Client<SignedIn>) {
    client.logged_in_user().await;
}

fn main() {}
