use qelos_client::{Endpoint, auth::Public};

#[derive(Endpoint)]
#[endpoint(POST, "/api/login", auth = Public)]
struct LogIn {
    #[endpoint(header = "x-otp", secret)]
    otp: String,
}

fn main() {}
