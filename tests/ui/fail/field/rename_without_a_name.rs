use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct WithoutAName {
    #[endpoint(rename)]
    page: u32,
    #[endpoint(rename = p)]
    limit: u32,
    #[endpoint(rename = 7)]
    offset: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct WithAnEmptyName {
    #[endpoint(rename = "")]
    page: u32,
    #[serde(rename = "")]
    limit: u32,
}

fn main() {}
