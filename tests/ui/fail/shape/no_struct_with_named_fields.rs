use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct ListInvoices(u32);

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
enum Invoices {
    Open,
    Paid,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
union Bits {
    a: u32,
    b: f32,
}

#[derive(Endpoint)]
enum AttributeOnAVariant {
    #[endpoint(GET, "/api/invoices", auth = SignedIn)]
    List,
}

fn main() {}
