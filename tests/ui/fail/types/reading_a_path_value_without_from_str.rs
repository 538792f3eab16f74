use qelos_client::{DecodeRequest, Endpoint, auth::SignedIn};

use std::fmt;

struct Number(u32);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[derive(Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/invoices/{number}", auth = SignedIn)]
struct GetInvoice {
    number: Number,
    #[endpoint(header = "x-number")]
    header: Number,
}

fn main() {}
