use qelos_client::{Client, OAuth, auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait ConstMethods {
    #[get]
    const async fn list(&self) -> Vec<String>;
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait UnsafeMethods {
    #[get]
    async unsafe fn list(&self) -> Vec<String>;
}

#[resource(path = "/api/invoices", auth = SignedIn)]
pub trait Invoices {
    #[get]
    pub async fn list(&self) -> Vec<String>;
}

async fn call(client: &Client<OAuth>) -> Result<Vec<String>, qelos_client::Error> {
    client.invoices().list().await
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait ForeignMethods {
    #[get]
    async extern "C" fn list(&self) -> Vec<String>;
}

fn main() {}
