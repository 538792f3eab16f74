use qelos_client::resource;

#[resource(path = "/api/things")]
trait Things {
    #[endpoint((GetMe, SignOut))]
    async fn both(&self) -> String;
}

fn main() {}
