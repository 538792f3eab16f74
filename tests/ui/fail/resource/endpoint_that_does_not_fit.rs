use qelos_client::{Endpoint, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", response = u64, auth = SignedIn)]
struct CreateInvoice {
    note: String,
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[endpoint(CreateInvoice)]
    async fn create(&self, invoice: &CreateInvoice) -> String;
    #[endpoint(CreateInvoice)]
    async fn forget(&self, invoice: &CreateInvoice);
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Bills {
    #[endpoint(CreateInvoice)]
    async fn create(&self, note: &str) -> u64;
}

fn main() {}
