use qelos_client::auth::{Public, SignedIn};
use qelos_client::{Endpoint, IdempotencyKey, Response, SecretString};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct InTheBody {
    #[endpoint(display)]
    version: http::Uri,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Secret {
    #[endpoint(header = "x-pin", secret, display)]
    pin: SecretString,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct Flattened {
    #[endpoint(query, display)]
    #[serde(flatten)]
    filter: Filter,
}

#[derive(serde::Serialize)]
struct Filter {
    customer: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/{price}", auth = Public)]
struct ByAFunction {
    #[endpoint(display)]
    #[serde(serialize_with = "cents")]
    price: u32,
}

fn cents<S: serde::Serializer>(cents: &u32, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{cents}ct"))
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/payments", auth = SignedIn)]
struct Key {
    #[endpoint(idempotency_key, display)]
    key: Option<IdempotencyKey>,
}

#[derive(Response)]
struct Answer {
    #[response(body, display)]
    total: u32,
}

fn main() {}
