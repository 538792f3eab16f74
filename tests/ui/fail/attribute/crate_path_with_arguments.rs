use qelos_client::Endpoint;
use qelos_client::auth::SignedIn;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn, crate = ::qelos_client<String>)]
struct Invoices;

fn main() {}
