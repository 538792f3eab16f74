use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn, rename_all = "camelCase")]
struct ListInvoices {
    page_number: u32,
}

fn main() {}
