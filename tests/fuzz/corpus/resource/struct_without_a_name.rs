// The struct of `__` would be named as the trait, which is a keyword here.
#[resource(path = "/", auth = A)] trait r#type { #[get] async fn __(&self); }
