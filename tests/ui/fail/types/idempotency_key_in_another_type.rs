use qelos_client::{Endpoint, IdempotencyKey, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/charges", auth = SignedIn)]
struct Text {
    #[endpoint(idempotency_key)]
    key: String,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/charges", auth = SignedIn)]
struct Always {
    #[endpoint(idempotency_key)]
    key: IdempotencyKey,
}

fn main() {}
