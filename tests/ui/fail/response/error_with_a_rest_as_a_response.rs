use qelos_client::Response;

use qelos_client::{ApiError, Endpoint, auth::SignedIn};

#[derive(Response)]
enum Refused {
    #[response(404)]
    Missing,
    #[response(_)]
    Other(ApiError),
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response = Refused, error = Refused, auth = SignedIn)]
struct List;

fn main() {}
