use qelos_client::{Anonymous, Client, auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get]
    async fn list(&self) -> Vec<String>;
}

fn report(_: &impl Invoices) {}

async fn run(client: Client<Anonymous>) {
    report(&client.invoices());
}

fn main() {}
