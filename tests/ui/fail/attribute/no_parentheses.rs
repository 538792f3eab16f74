use qelos_client::{Endpoint, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint = "/api/invoices"]
struct OnTheStruct;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct OnAField {
    #[endpoint = "query"]
    page: u32,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct OnAFieldForSerde {
    #[serde = "note"]
    note: String,
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get = "/open"]
    async fn list(&self) -> Vec<String>;
}

fn main() {}
