use qelos_client::{Endpoint, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct Query {
    page: u32,
    #[serde(rename = "page")]
    number: u32,
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get]
    async fn list(&self, page: u32, #[endpoint(rename = "page")] number: u32);
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
#[serde(rename_all = "camelCase")]
struct ByTheCase {
    unit_price: u32,
    #[serde(rename = "unitPrice")]
    price: u32,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Body {
    note: String,
    #[endpoint(rename = "note")]
    remark: String,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Form {
    #[endpoint(form)]
    note: String,
    #[endpoint(form, rename = "note")]
    remark: String,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct Header {
    #[endpoint(header = "x-page")]
    value_1: String,
    #[endpoint(header = "x-page")]
    value_2: String,
}

fn main() {}
