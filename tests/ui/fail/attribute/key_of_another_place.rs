use qelos_client::{Endpoint, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", query, auth = SignedIn)]
struct OfAField;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", header = "x-page", auth = SignedIn)]
struct OfAFieldWithAValue;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", decode, auth = SignedIn)]
struct OfAResource;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct OfTheStruct {
    #[endpoint(auth = SignedIn)]
    page: u32,
    #[endpoint(timeout = "3s")]
    limit: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn, rename_all = "camelCase")]
struct OfSerde {
    page_number: u32,
}

#[resource(path = "/api/orders", auth = SignedIn)]
trait Orders {
    #[get(rename_all = "camelCase")]
    async fn list(&self, page_number: u32) -> Vec<String>;
}

fn main() {}
