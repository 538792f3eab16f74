use qelos_client::Response;

use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Response)]
enum Refused {
    #[response(20)]
    Short,
    #[response(4040)]
    Long,
    #[response(600)]
    Large,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response = Option<u32>, none = 4, auth = SignedIn)]
struct Find;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response = Option<u32>, none = 4xx, auth = SignedIn)]
struct FindInARange;

fn main() {}
