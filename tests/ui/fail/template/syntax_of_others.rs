use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/:id", auth = SignedIn)]
struct Colon;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/<id>", auth = SignedIn)]
struct AngleBrackets;

#[derive(Endpoint)]
#[endpoint(GET, "/files/*path", auth = SignedIn)]
struct RestByAsterisk {
    path: String,
}

#[derive(Endpoint)]
#[endpoint(GET, "/files/{path..}", auth = SignedIn)]
struct RestByDots {
    path: String,
}

fn main() {}
