// Values and types that a handle holds, and where it leads.
#[resource(path = "/api/{owner}/{type}", places(r#type: Kind), auth = SignedIn, accessor = r#type, error = E, timeout = "2s", idempotent, decode)]
pub trait Entities<T: Entity<U>, U, const N: usize = 3>
where
    U: Clone,
{
    #[get(pages(number = page))]
    async fn list(&self, page: u32) -> Vec<T>;
    #[post(idempotent = false)]
    async fn create(&self, #[endpoint(body)] value: &T) -> [u8; N];
    #[delete]
    async fn delete(&self);
    #[resource]
    fn lines(&self, line: &str, number: Option<&u32>) -> impl lines::Lines<T, 3>;
}
