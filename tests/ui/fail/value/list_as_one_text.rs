use qelos_client::{Endpoint, auth::Public};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/{numbers}", auth = Public)]
struct OfAScalar {
    numbers: Vec<u32>,
    #[endpoint(query, comma)]
    name: String,
    #[endpoint(header = "x-size", pipe)]
    size: Option<u32>,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = Public)]
struct InTheBody {
    #[endpoint(comma)]
    numbers: Vec<u32>,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = Public)]
struct InACookie {
    #[endpoint(cookie = "tags", space)]
    tags: Vec<String>,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = Public)]
struct Twice {
    #[endpoint(query, comma, pipe)]
    tags: Vec<String>,
    #[endpoint(query, comma = ",")]
    more: Vec<String>,
}

fn main() {}
