use qelos_client::{Client, DecodeRequest, OAuth, RequestSnapshot};

struct GetInvoice {
    number: u32,
}

async fn call(client: Client<OAuth>) {
    client.call(&GetInvoice { number: 7 }).await;
}

fn snapshot() {
    let _ = RequestSnapshot::of(&GetInvoice { number: 7 });
}

#[derive(DecodeRequest)]
#[endpoint(GET, "/api/invoices", auth = qelos_client::auth::Public)]
struct ListInvoices;

fn main() {}
