// Most words of the grammar, each at its place.
#[resource(path = "/api/things/{owner}", auth = SignedIn, decode, crate = ::qelos_spec)]
/// Words.
pub trait Things {
    /// Words.
    #[cfg(a)]
    #[get("/{name}", timeout = "2s", error = E)]
    async fn get(&self, owner: u32, name: &str, tag: Option<&str>, ids: &[u8], note: &Option<String>) -> String;
    #[post("/all", idempotent, errors_with_200, auth = Public)]
    async fn create(&self, owner: u32, #[endpoint(query)] dry_run: bool, #[serde(rename = "unitPrice")] price: u32);
    #[endpoint(Refresh)]
    async fn refresh(&self, request: &Refresh) -> Token;
    #[endpoint(SignOut)]
    async fn r#match(&self);
    #[delete]
    async fn delete(&self, owner: u32) -> ();
}
