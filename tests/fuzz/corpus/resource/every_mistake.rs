// Many mistakes at once: each is reported, and everything that others use is still written.
#[resource(paht = "/x", path = 1, auth, "x", decode = true, crate = super)]
unsafe trait Wrong<T>: Clone where T: A {
    type A;
    #[get("/{id")] #[post] async fn two(&self);
    fn none(self);
    #[gte("/x")] async fn typo(&mut self, (a, b): (A, B), mut c: &'static str);
    #[get("/a", response = X)] const unsafe extern "C" fn odd<'a, T>(&'a self, x: Vec<&T>) -> Result<T, E> where T: A { x }
    #[endpoint(A)] async fn more(&self, a: A, b: B);
    #[endpoint = "x"] async fn text(&self);
}
