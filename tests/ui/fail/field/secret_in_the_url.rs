use qelos_client::{Endpoint, SecretString, auth::{Public, SignedIn}, resource};

#[derive(Endpoint)]
#[endpoint(GET, "/api/login/{password}", auth = Public)]
struct InThePath {
    #[endpoint(secret)]
    password: SecretString,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/login", auth = Public)]
struct InTheQuery {
    #[endpoint(secret)]
    password: SecretString,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/login", auth = Public)]
struct InTheQueryOfAPost {
    #[endpoint(query, secret)]
    password: SecretString,
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get("/login")]
    async fn log_in(&self, #[endpoint(secret)] password: &SecretString);
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/login/{password}", auth = Public)]
struct InThePathOnPurpose {
    #[endpoint(secret_in_url)]
    password: SecretString,
}

fn main() {}
