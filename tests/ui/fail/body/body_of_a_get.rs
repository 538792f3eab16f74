use qelos_client::{Endpoint, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct Body {
    #[endpoint(body)]
    filter: String,
}

#[derive(Endpoint)]
#[endpoint(HEAD, "/api/invoices", auth = SignedIn)]
struct BodyOfAHead {
    #[endpoint(body)]
    filter: String,
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get]
    async fn list(&self, #[endpoint(body)] filter: String) -> Vec<String>;
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct Form {
    #[endpoint(form)]
    filter: String,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct RawBody {
    #[endpoint(raw = "text/plain")]
    filter: String,
}

fn main() {}
