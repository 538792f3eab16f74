use qelos_client::{Endpoint, auth::Public, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct BesideACredential {
    #[endpoint(cookie = "theme")]
    theme: String,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = Public)]
struct Names {
    #[endpoint(cookie = "a;b")]
    name: String,
    #[endpoint(cookie)]
    none: String,
}

fn main() {}
