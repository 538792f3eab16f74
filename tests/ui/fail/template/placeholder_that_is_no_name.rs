use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/{invoice-id}", auth = SignedIn)]
struct Hyphen;

#[derive(Endpoint)]
#[endpoint(GET, "/api/{0}", auth = SignedIn)]
struct Digit;

#[derive(Endpoint)]
#[endpoint(GET, "/api/{invoice.id}", auth = SignedIn)]
struct Dot;

#[derive(Endpoint)]
#[endpoint(GET, "/api/{id:u32}", auth = SignedIn)]
struct WithAType {
    id: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/{ number }", auth = SignedIn)]
struct WithSpaces {
    number: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/{}", auth = SignedIn)]
struct WithoutAName;

#[derive(Endpoint)]
#[endpoint(GET, "/files/{*}", auth = SignedIn)]
struct RestWithoutAName;

fn main() {}
