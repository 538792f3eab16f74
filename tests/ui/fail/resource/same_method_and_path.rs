use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get("/{id}")]
    async fn get(&self, id: u32) -> String;

    #[get("/{number}")]
    async fn find(&self, number: u32) -> String;
}

fn main() {}
