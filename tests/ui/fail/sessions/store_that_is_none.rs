use qelos_client::store::FileTokenStore;
use qelos_client::{Client, Error, OAuth};

async fn keep(client: &Client<OAuth>) -> Result<(), Error> {
    client.keep_in("/var/lib/plugin/session.json").await
}

async fn restore(client: &Client, store: &FileTokenStore) -> Result<Option<Client<OAuth>>, Error> {
    client.restore(store).await
}

fn main() {}
