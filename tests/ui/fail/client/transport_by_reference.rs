use qelos_client::Client;
use qelos_client::transport::ReqwestTransport;

fn main() -> Result<(), qelos_client::Error> {
    let transport = ReqwestTransport::new()?;
    let builder = Client::builder("https://acme.example").transport(&transport);
    Ok(())
}
