use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Words {
    #[endpoint(raw = "a picture")]
    file: Vec<u8>,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Empty {
    #[endpoint(raw = "")]
    file: Vec<u8>,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct HalfOfOne {
    #[endpoint(raw = "image/")]
    file: Vec<u8>,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct WithoutQuotes {
    #[endpoint(raw = image/png)]
    file: Vec<u8>,
}

fn main() {}
