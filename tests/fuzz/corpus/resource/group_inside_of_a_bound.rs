// A clause that begins with `<A>` would be read as parameters, also when a macro has passed on the name.
#[resource(path = "/", auth = <invisible!(A)>::B)] trait S { #[get] async fn a(&self); }
