use qelos_client::{Endpoint, IdempotencyKey, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/charges", auth = SignedIn)]
struct TwoKeys {
    #[endpoint(idempotency_key)]
    key: Option<IdempotencyKey>,
    #[endpoint(idempotency_key = "x-request-id")]
    other: Option<IdempotencyKey>,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/charges", auth = SignedIn)]
struct Secret {
    #[endpoint(idempotency_key, secret)]
    key: Option<IdempotencyKey>,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/charges", auth = SignedIn, idempotent)]
struct SaidTwice {
    #[endpoint(idempotency_key)]
    key: Option<IdempotencyKey>,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/charges", auth = SignedIn)]
struct OfTheConnection {
    #[endpoint(idempotency_key = "host")]
    key: Option<IdempotencyKey>,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/charges", auth = SignedIn)]
struct WithoutQuotes {
    #[endpoint(idempotency_key = request_id)]
    key: Option<IdempotencyKey>,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/charges", auth = SignedIn)]
struct Renamed {
    #[endpoint(idempotency_key, rename = "x-request-id")]
    key: Option<IdempotencyKey>,
}

#[derive(Endpoint)]
#[endpoint(PUT, "/api/payments", idempotent = false, auth = SignedIn)]
struct AndTakenBack {
    #[endpoint(idempotency_key)]
    key: Option<IdempotencyKey>,
}

fn main() {}
