// `crate` is a path without arguments: names are written behind it.
#[resource(path = "/", auth = A, crate = crate::a<'a>::b)] trait Things { #[get] async fn a(&self); }
