use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn, idempotent)]
trait NotNeeded {
    #[get]
    async fn list(&self) -> Vec<String>;
    #[post("/now", idempotent)]
    async fn now(&self);
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait NotSaid {
    #[post(idempotent = false)]
    async fn create(&self);
}

#[resource(path = "/api/invoices", auth = SignedIn, idempotent = false)]
trait NotOfAll {
    #[post]
    async fn create(&self);
}

fn main() {}
