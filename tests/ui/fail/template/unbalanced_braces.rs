use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/{id", auth = SignedIn)]
struct NotClosed {
    id: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/id}", auth = SignedIn)]
struct NotOpened {
    id: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/{{id}}", auth = SignedIn)]
struct Doubled {
    id: u32,
}

fn main() {}
