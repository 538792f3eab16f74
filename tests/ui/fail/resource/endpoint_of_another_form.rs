use qelos_client::{Endpoint, auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[endpoint]
    async fn list(&self) -> Vec<String>;
    #[endpoint("/open")]
    async fn open(&self) -> Vec<String>;
    #[endpoint(GET, "/open")]
    async fn by_the_words_of_a_struct(&self) -> Vec<String>;
}

#[resource(path = "/api/things")]
trait Things {
    #[endpoint((GetMe, SignOut))]
    async fn both(&self) -> String;
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", response = u64, auth = SignedIn)]
struct CreateInvoice {
    note: String,
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Bills {
    #[endpoint(CreateInvoice)]
    async fn create(&self, note: String, lines: Vec<String>) -> u64;
}

fn main() {}
