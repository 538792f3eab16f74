use qelos_client::{DecodeRequest, Endpoint, SecretString, auth::Public};

#[derive(Endpoint)]
#[endpoint(POST, "/api/login", auth = Public)]
struct Body {
    #[endpoint(secret)]
    password: String,
    #[endpoint(secret)]
    pin: Option<u32>,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/login", auth = Public)]
struct Header {
    #[endpoint(header = "x-otp", secret)]
    otp: String,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/login", auth = Public)]
struct FormField {
    #[endpoint(form, secret)]
    password: String,
}

#[derive(Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/login", auth = Public)]
struct ReadHeader {
    #[endpoint(header = "x-otp", secret)]
    otp: Vec<SecretString>,
}

fn main() {}
