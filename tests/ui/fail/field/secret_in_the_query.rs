use qelos_client::{Endpoint, SecretString, auth::Public, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(GET, "/api/login", auth = Public)]
struct LogIn {
    #[endpoint(secret)]
    password: SecretString,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/login", auth = Public)]
struct LogInByPost {
    #[endpoint(query, secret)]
    password: SecretString,
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get("/login")]
    async fn log_in(&self, #[endpoint(secret)] password: &SecretString);
}

fn main() {}
