// A clause that begins with `<A>` would be read as parameters.
#[resource(path = "/", auth = invisible!(<A>::B))] trait S { #[get] async fn a(&self); #[post(auth = <A>::C)] async fn b(&self); }
