use qelos_client::{Client, OAuth, auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get]
    fn not_async(&self) -> u32;
    #[get("/a")]
    async fn with_a_body(&self) -> u32 {
        7
    }
    #[get("/b")]
    async fn by_value(self) -> u32;
    #[get("/c")]
    async fn result(&self) -> Result<u32, String>;
    async fn unmarked(&self) -> u32;
    #[endpoint]
    async fn no_type(&self) -> u32;
}

async fn run(client: Client<OAuth>) {
    let _: u32 = client.invoices().not_async().await.unwrap();
    let _: u32 = client.invoices().with_a_body().await.unwrap();
    let _: u32 = client.invoices().by_value().await.unwrap();
    let _: u32 = client.invoices().result().await.unwrap().unwrap();
    let _: u32 = client.invoices().unmarked().await.unwrap();
    let _: u32 = client.invoices().no_type().await.unwrap();
}

fn main() {}
