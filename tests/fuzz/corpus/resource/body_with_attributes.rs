// The attributes inside of a body go with it.
#[resource(path = "/", auth = A)] trait Things { #[get("/a")] async fn a(&self); #[get("/b")] async fn b(&self) { #![doc = ""] #![get("/c")] } }
