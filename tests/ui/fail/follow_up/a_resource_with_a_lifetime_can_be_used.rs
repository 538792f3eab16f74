use qelos_client::{Client, OAuth, auth::SignedIn, resource};

#[resource(path = "/api/invoices/{id}", auth = SignedIn)]
trait Entities<'a, T> {
    #[get]
    async fn list(&self) -> Vec<T>;
    #[resource]
    fn lines(&self) -> impl Lines;
}

#[resource(path = "/api/invoices/{id}/lines", auth = SignedIn)]
trait Lines {
    #[get("/{line]")]
    async fn get(&self, line: u32) -> String;
}

async fn run(client: Client<OAuth>) {
    let _: Vec<String> = client.entities("a").list().await.unwrap();
    let _: String = client.lines("a").get(1).await.unwrap();
}

fn main() {}
