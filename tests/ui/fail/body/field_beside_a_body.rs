use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct BesideABody {
    #[endpoint(body)]
    invoice: String,
    note: String,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct BesideAForm {
    #[endpoint(form)]
    number: u32,
    note: String,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct BesideARawBody {
    #[endpoint(raw = "text/csv")]
    lines: String,
    note: String,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct FormBesideABody {
    #[endpoint(body)]
    invoice: String,
    #[endpoint(form)]
    note: String,
}

fn main() {}
