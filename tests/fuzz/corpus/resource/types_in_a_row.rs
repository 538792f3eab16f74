// A lifetime in front reads as no type in a tuple, nor in a clause.
#[resource(path = "/api/a", auth = 'a + SignedIn)] trait Things { #[get] async fn list(&self, #[endpoint(query, path)] page: u32); #[get("/b")] async fn own(&self); #[endpoint(<SignedIn>::B)] async fn existing(&self, x: <SignedIn>::B); }
