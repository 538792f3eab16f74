use qelos_client::{Endpoint, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices?open&state=paid&open=1", auth = SignedIn)]
struct TwiceInThePath;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices?", auth = SignedIn)]
struct Empty;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices?name=a b", auth = SignedIn)]
struct NotEncoded;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices?page=1", auth = SignedIn)]
struct AlsoAField {
    page: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices?page={page}", auth = SignedIn)]
struct WithAPlaceholder;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices#top", auth = SignedIn)]
struct Fragment;

#[resource(path = "/api/invoices?open", auth = SignedIn)]
trait Open {
    #[get]
    async fn list(&self) -> Vec<String>;
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get("?page={page}")]
    async fn list(&self, page: u32) -> Vec<String>;
    #[get("/open?page={page}")]
    async fn open(&self, page: u32) -> Vec<String>;
}

fn main() {}
