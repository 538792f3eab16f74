use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[endpoint]
    async fn list(&self) -> Vec<String>;
    #[endpoint("/open")]
    async fn open(&self) -> Vec<String>;
    #[endpoint(GET, "/open")]
    async fn by_the_words_of_a_struct(&self) -> Vec<String>;
}

fn main() {}
