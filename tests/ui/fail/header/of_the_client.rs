use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct OfTheClient {
    #[endpoint(header = "accept")]
    value_1: String,
    #[endpoint(header = "content-type")]
    value_2: String,
    #[endpoint(header = "accept-encoding")]
    value_3: String,
    #[endpoint(header = "content-encoding")]
    value_4: String,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct OfTheConnection {
    #[endpoint(header = "content-length")]
    value_1: String,
    #[endpoint(header = "host")]
    value_2: String,
    #[endpoint(header = "connection")]
    value_3: String,
    #[endpoint(header = "transfer-encoding")]
    value_4: String,
    #[endpoint(header = "te")]
    value_5: String,
    #[endpoint(header = "trailer")]
    value_6: String,
    #[endpoint(header = "upgrade")]
    value_7: String,
    #[endpoint(header = "keep-alive")]
    value_8: String,
    #[endpoint(header = "expect")]
    value_9: String,
}

fn main() {}
