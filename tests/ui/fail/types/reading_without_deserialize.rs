use qelos_client::{DecodeRequest, Endpoint, auth::SignedIn};

#[derive(qelos_client::serde::Serialize)]
#[serde(crate = "qelos_client::serde")]
struct Money(u32);

#[derive(Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Create {
    amount: Money,
    #[endpoint(query)]
    query: Money,
}

#[derive(Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Form {
    #[endpoint(form)]
    amount: Money,
}

#[derive(Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Body {
    #[endpoint(body)]
    amount: Money,
}

fn main() {}
