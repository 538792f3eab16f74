use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET("/api/invoices"), auth = SignedIn)]
struct ListInvoices;

#[derive(Endpoint)]
#[endpoint(GET("/api/invoices/{number}"), auth = SignedIn)]
struct GetInvoice {
    number: u32,
}

#[derive(Endpoint)]
#[endpoint(GET(), auth = SignedIn)]
struct WithoutAPath;

fn main() {}
