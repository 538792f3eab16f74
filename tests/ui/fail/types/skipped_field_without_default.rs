use qelos_client::{DecodeRequest, Endpoint, auth::SignedIn};

struct Local;

#[derive(Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct ListInvoices {
    #[endpoint(skip)]
    local: Local,
}

fn main() {}
