use qelos_client::auth::SignedIn;
use qelos_client::resource;

#[resource(path = "/api/things", auth = SignedIn)]
trait Things {
    #[get("/a")]
    async fn a(&self);

    #[get("/b")]
    async fn b(&self) {
        #![allow(unused)]
    }
}

fn main() {}
