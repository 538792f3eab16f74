use qelos_client::Client;
use qelos_client::transport::ReqwestTransport;

fn main() {
    let client = Client::builder("https://acme.example").transport(ReqwestTransport::new()).build();
}
