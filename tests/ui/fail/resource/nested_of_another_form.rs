use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Invoices {
    #[get]
    async fn list(&self) -> Vec<String>;
}

#[resource(auth = SignedIn)]
trait WithoutATrait {
    #[resource]
    fn invoices(&self);
}

#[resource(auth = SignedIn)]
trait NoTrait {
    #[resource]
    fn invoices(&self) -> InvoicesHandle<'_, Self>;
}

#[resource(auth = SignedIn)]
trait MoreThanATrait {
    #[resource]
    fn invoices(&self) -> impl Invoices + Send;
}

#[resource(auth = SignedIn)]
trait WithAnError {
    #[resource]
    fn invoices(&self) -> impl Invoices<Error = Self::Error>;
}

#[resource(auth = SignedIn)]
trait Asynchronous {
    #[resource]
    async fn invoices(&self) -> impl Invoices;
}

#[resource(auth = SignedIn)]
trait WithWords {
    #[resource(path = "/api/invoices")]
    fn invoices(&self) -> impl Invoices;
}

#[resource(auth = SignedIn)]
trait WithAWordOnAnArgument {
    #[resource]
    fn invoices(&self, #[endpoint(query)] page: u32) -> impl Invoices;
}

fn main() {}
