use qelos_client::{Endpoint, IdempotencyKey, SecretString, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct NotOptional {
    #[endpoint(default = 20)]
    limit: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct WithoutAValue {
    #[endpoint(default)]
    limit: Option<u32>,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct Twice {
    #[endpoint(default = 20, default = 30)]
    limit: Option<u32>,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct NeverSent {
    #[endpoint(skip, default = 20)]
    limit: Option<u32>,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Secret {
    #[endpoint(secret, default = "hunter2")]
    pin: Option<SecretString>,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Key {
    #[endpoint(idempotency_key, default = "1")]
    key: Option<IdempotencyKey>,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct Skipped {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[endpoint(default = 20)]
    limit: Option<u32>,
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait InThePath {
    #[get("/{id}")]
    async fn get(&self, #[endpoint(default = 20)] id: u32) -> String;
}

fn main() {}
