use qelos_client::{DecodeRequest, Endpoint, auth::SignedIn};

#[derive(Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Create<'a> {
    note: &'a str,
    #[endpoint(query)]
    query: &'a str,
}

fn main() {}
