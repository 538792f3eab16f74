use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/{number}", auth = SignedIn)]
struct WithAValue {
    #[endpoint(path = "id")]
    number: u32,
    #[endpoint(skip = true)]
    local: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct WithAName {
    #[endpoint(query = "pageNumber")]
    page: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct InQuotes {
    #[endpoint("query")]
    page: u32,
}

fn main() {}
