use qelos_client::{Client, OAuth};

struct GetInvoice {
    number: u32,
}

async fn run(client: Client<OAuth>) {
    client.call(&GetInvoice { number: 7 }).await;
}

fn main() {}
