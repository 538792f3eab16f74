use qelos_client::{Endpoint, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(GET, "api/invoices", auth = SignedIn)]
struct NoSlash;

#[derive(Endpoint)]
#[endpoint(GET, "", auth = SignedIn)]
struct Empty;

#[derive(Endpoint)]
#[endpoint(GET, "https://acme.example/api/invoices", auth = SignedIn)]
struct WholeUrl;

#[derive(Endpoint)]
#[endpoint(GET, "//acme.example/api/invoices", auth = SignedIn)]
struct UrlWithoutAScheme;

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get("open")]
    async fn list(&self);
    #[get("{number}")]
    async fn get(&self, number: u32);
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait InTheSameSegment {
    #[get("('{number}')")]
    async fn get(&self, number: u32);
    #[get(":batch")]
    async fn batch(&self);
}

#[resource(path = "api/invoices", auth = SignedIn)]
trait OnTheResource {
    #[get]
    async fn list(&self) -> Vec<String>;
    #[get("/{number}")]
    async fn get(&self, number: u32) -> String;
}

fn main() {}
