// A struct that exists under a condition must not meet one that always does, the handle among them.
#[resource(path = "/", auth = A)] trait Things { #[cfg(a)] #[get] async fn handle(&self); #[cfg(a)] #[post("/a")] async fn a_b(&self); #[post("/b")] async fn a__b(&self); #[cfg(a)] #[put("/a")] async fn c(&self); #[cfg(b)] #[put("/b")] async fn c(&self); }
