use qelos_client::{ApiTokenAuth, Client, Endpoint, auth::CookieOnly, resource};

#[derive(Endpoint)]
#[endpoint(POST, "/api/windows/{id}/activate", auth = CookieOnly)]
struct Activate {
    id: String,
}

#[resource(path = "/api/windows", auth = CookieOnly)]
trait Windows {
    #[post("/{id}/activate")]
    async fn activate(&self, id: &str);
}

async fn run(client: Client<ApiTokenAuth>) {
    client.call(&Activate { id: "1".to_owned() }).await;
    client.windows().activate("1").await;
}

fn main() {}
