use qelos_client::{auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn)]
unsafe trait UnsafeTrait {
    #[get]
    async fn list(&self) -> Vec<String>;
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait WhereClause
where
    Self: Sized, {
    #[get]
    async fn list(&self) -> Vec<String>;
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Supertraits: std::fmt::Debug {
    #[get]
    async fn list(&self) -> Vec<String>;
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait Lifetimes<'a> {
    #[get]
    async fn list(&self) -> Vec<String>;
}

#[resource(path = "/api/invoices", auth = SignedIn)]
trait BoundOfSelf<T: PartialEq<Self>> {
    #[get]
    async fn list(&self) -> Vec<String>;
}

fn main() {}
