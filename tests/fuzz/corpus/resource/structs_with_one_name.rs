// Structs are named after methods, and must not meet.
#[resource(path = "/", auth = A)] trait Things { #[get] async fn handle(&self); #[put] async fn ext(&self); #[post("/a")] async fn a_b(&self); #[post("/b")] async fn a__b(&self); }
