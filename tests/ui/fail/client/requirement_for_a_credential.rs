use qelos_client::Client;
use qelos_client::auth::SignedIn;

fn main() -> Result<(), qelos_client::Error> {
    let client = Client::new("https://acme.example")?.with_credential(SignedIn);
    Ok(())
}
