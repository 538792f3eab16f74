use qelos_client::Client;

fn main() {
    let client = Client::builder("https://acme.example").credential("ql_1234").build();
}
