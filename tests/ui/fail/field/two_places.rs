use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct ListInvoices {
    #[endpoint(query, header = "x-page")]
    page: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/{id}", auth = SignedIn)]
struct GetInvoice {
    #[endpoint(path, skip)]
    id: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct SkipOfSerde {
    #[serde(skip)]
    #[endpoint(query)]
    page: u32,
}

fn main() {}
