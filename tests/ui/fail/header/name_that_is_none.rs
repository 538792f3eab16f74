use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct ListInvoices {
    #[endpoint(header = "x page")]
    value_1: String,
    #[endpoint(header = "")]
    value_2: String,
    #[endpoint(header = "x:page")]
    value_3: String,
    #[endpoint(header = "x-ü")]
    value_4: String,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct WithoutAName {
    #[endpoint(header)]
    trace: String,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct Words {
    #[endpoint(header = x-trace)]
    trace: String,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct Parentheses {
    #[endpoint(header("x-trace"))]
    trace: String,
}

fn main() {}
