use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
union Bits {
    a: u32,
    b: f32,
}

fn main() {}
