use qelos_client::Response;

use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Response)]
enum Refused {
    #[response(1xx)]
    Wait,
    #[response(103)]
    Early,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response = Option<u32>, none = 100, auth = SignedIn)]
struct Find;

fn main() {}
