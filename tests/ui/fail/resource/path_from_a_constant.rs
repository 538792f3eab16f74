use qelos_client::{auth::SignedIn, resource};

const OPEN: &str = "/open";

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get(OPEN)]
    async fn open(&self) -> Vec<String>;
    #[get(concat!("/", "paid"))]
    async fn paid(&self) -> Vec<String>;
}

fn main() {
    let _ = OPEN;
}
