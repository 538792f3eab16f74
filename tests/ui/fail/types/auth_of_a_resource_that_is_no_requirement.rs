use qelos_client::{OAuth, resource};

#[resource(path = "/api/invoices", auth = OAuth)]
trait Invoices {
    #[get]
    async fn list(&self) -> Vec<String>;
    #[get("/{number}")]
    async fn get(&self, number: u32) -> String;
}

fn main() {}
