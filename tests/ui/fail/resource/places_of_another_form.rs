use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices/{id}", places, auth = SignedIn)]
trait WithoutTypes {
    #[get]
    async fn get(&self) -> String;
}

#[resource(path = "/api/invoices/{id}", places(id = u32), auth = SignedIn)]
trait WithAnEqualsSign {
    #[get]
    async fn get(&self) -> String;
}

#[resource(path = "/api/invoices/{id}", places(id: u32, id: u64), auth = SignedIn)]
trait Twice {
    #[get]
    async fn get(&self) -> String;
}

#[resource(path = "/api/invoices/{id}", places(id: &str), auth = SignedIn)]
trait Borrowed {
    #[get]
    async fn get(&self) -> String;
}

#[resource(path = "/api/invoices/{id}", places(id: impl ToString), auth = SignedIn)]
trait AnyType {
    #[get]
    async fn get(&self) -> String;
}

// One message, however many methods there are.
#[resource(path = "/api/invoices/{id}", places(id: Option<u32>), auth = SignedIn)]
trait Optional {
    #[get]
    async fn get(&self) -> String;
    #[delete]
    async fn delete(&self);
}

#[resource(path = "/api/invoices/{id}", places(#[endpoint(query)] id: u32), auth = SignedIn)]
trait Elsewhere {
    #[get]
    async fn get(&self) -> String;
    #[delete]
    async fn delete(&self);
}

#[resource(path = "/api/invoices", auth = SignedIn, accessor = "bills")]
trait Accessor {
    #[get]
    async fn get(&self) -> String;
}

fn main() {}
