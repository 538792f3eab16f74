use qelos_client::{auth::SignedIn, resource};

#[derive(Clone)]
struct Point(u8, u8);

#[resource(path = "/api/maps/{point}", places(point: Point), auth = SignedIn)]
trait Maps {
    #[get]
    async fn get(&self) -> String;
    #[delete]
    async fn delete(&self);
}

fn main() {}
