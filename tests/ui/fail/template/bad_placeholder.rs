use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/{}", auth = SignedIn)]
struct Empty;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/{id", auth = SignedIn)]
struct NotClosed {
    id: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/id}", auth = SignedIn)]
struct NotOpened;

#[derive(Endpoint)]
#[endpoint(GET, "/api/{id}/lines/{id}", auth = SignedIn)]
struct Twice {
    id: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/{year}{number}", auth = SignedIn)]
struct Adjacent {
    year: u16,
    number: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/{invoice-id}", auth = SignedIn)]
struct NotAName;

fn main() {}
