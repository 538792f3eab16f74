use qelos_client::{Endpoint, auth::SignedIn, bytes::Bytes};

#[derive(Endpoint)]
#[endpoint(GET, "/api/pdf", auth = SignedIn, response = Bytes, raw = "application/pdf", accept = "application/pdf")]
struct SaidTwice;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn, accept = "json")]
struct NoMediaType;

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn, content_type = "application/vnd.api+json")]
struct WithoutABody {
    #[endpoint(query)]
    number: u32,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn, accept, content_type)]
struct WithoutAValue {
    number: u32,
}

fn main() {}
