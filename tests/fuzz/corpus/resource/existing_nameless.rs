// A type without a name cannot be made as a struct without fields.
#[resource(path = "/")] trait Things { #[endpoint(())] async fn a(&self); #[endpoint(<A as B>::C)] async fn b(&self); #[endpoint(dyn* A)] async fn c(&self); #[endpoint(A(B) -> C)] async fn d(&self); #[endpoint(())] async fn e(&self, x: ()); }
