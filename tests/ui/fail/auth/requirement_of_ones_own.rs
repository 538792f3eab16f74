use qelos_client::{Client, Endpoint, OAuth};

struct Billing;

impl qelos_client::auth::Requirement for Billing {
    const NEEDS: &'static str = "a billing token";

    fn accepts(_: qelos_client::auth::CredentialKind) -> bool {
        false
    }
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = Billing)]
struct ListInvoices;

async fn run(client: Client<OAuth>) {
    client.call(&ListInvoices).await;
}

fn main() {}
