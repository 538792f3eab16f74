use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    const MAX: u32;
    type Error;
    macro_of_mine!();
    #[get]
    async fn list(&self) -> Vec<String>;
}

fn main() {}
