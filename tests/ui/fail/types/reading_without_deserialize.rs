use qelos_client::{DecodeRequest, Endpoint, auth::SignedIn, resource};

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

#[derive(qelos_client::serde::Serialize)]
#[serde(crate = "qelos_client::serde")]
struct Number(u32);

#[derive(Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/invoices/{number}", auth = SignedIn)]
struct GetInvoice {
    number: Number,
    #[endpoint(header = "x-number")]
    header: Number,
}

#[resource(path = "/api/invoices", auth = SignedIn, decode)]
trait Invoices {
    #[post]
    async fn create(&self, amount: Money);
}

fn main() {}
