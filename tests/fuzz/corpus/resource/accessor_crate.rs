// The accessor would be `crate`, which is no name, not even a raw one.
#[resource(path = "/", auth = A)] trait Crate { #[get] async fn a(&self); }
