use qelos_client::auth::SignedIn;
use qelos_client::resource;

#[resource(path = "/api/things", auth = SignedIn)]
trait Things {
    #[get("/handle")]
    async fn handle(&self) -> String;

    #[get("/ext")]
    async fn ext(&self) -> String;

    #[get("/all")]
    async fn __(&self) -> Vec<String>;

    #[get("/a")]
    async fn read_all(&self) -> Vec<String>;

    #[get("/b")]
    async fn read__all(&self) -> Vec<String>;
}

#[resource(path = "/api/notes", auth = SignedIn)]
trait Notes {
    #[cfg(all())]
    #[get("/handle")]
    async fn handle(&self) -> String;

    #[cfg(all())]
    #[get("/a")]
    async fn read_all(&self) -> Vec<String>;

    #[get("/b")]
    async fn read__all(&self) -> Vec<String>;
}

fn main() {}
