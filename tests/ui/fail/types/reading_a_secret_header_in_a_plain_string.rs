use qelos_client::{DecodeRequest, Endpoint, SecretString, auth::Public};

#[derive(Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/login", auth = Public)]
struct LogIn {
    #[endpoint(header = "x-otp", secret)]
    otp: Vec<SecretString>,
}

fn main() {}
