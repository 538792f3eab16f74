use qelos_client::Client;

fn main() {
    let client = Client::builder("https://acme.example").transport(String::new()).build();
}
