use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct List {
    #[endpoint(header = "authorization")]
    token: String,
    #[endpoint(header = "content-length")]
    length: u32,
    #[endpoint(header = "x page")]
    page: u32,
    #[endpoint(header = "X-Trace")]
    trace: String,
}

fn main() {}
