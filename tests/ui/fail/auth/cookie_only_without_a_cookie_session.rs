use qelos_client::{Anonymous, ApiTokenAuth, Client, Endpoint, OAuth, auth::CookieOnly, resource};

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

async fn without_signing_in(client: Client<Anonymous>) {
    client.call(&Activate { id: "1".to_owned() }).await;
    client.windows().activate("1").await;
}

async fn with_oauth(client: Client<OAuth>) {
    client.call(&Activate { id: "1".to_owned() }).await;
    client.windows().activate("1").await;
}

async fn with_an_api_token(client: Client<ApiTokenAuth>) {
    client.call(&Activate { id: "1".to_owned() }).await;
    client.windows().activate("1").await;
}

fn main() {}
