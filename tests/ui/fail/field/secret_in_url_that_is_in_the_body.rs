use qelos_client::{Endpoint, SecretString, auth::Public, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(POST, "/api/login", auth = Public)]
struct LogIn {
    #[endpoint(secret_in_url)]
    password: SecretString,
    #[endpoint(header = "x-otp", secret_in_url)]
    otp: SecretString,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/token", auth = Public)]
struct Exchange {
    #[endpoint(form, secret_in_url)]
    code: SecretString,
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[post("/unlock")]
    async fn unlock(&self, #[endpoint(secret_in_url)] pin: &SecretString);
}

fn main() {}
