use qelos_client::{Endpoint, auth::Public};

#[derive(Endpoint)]
#[endpoint(POST, "/api/login", auth = Public)]
struct LogIn {
    #[endpoint(form, secret)]
    password: String,
}

fn main() {}
