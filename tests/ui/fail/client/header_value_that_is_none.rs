use qelos_client::Client;

fn number_as_a_value_of_the_client() {
    let builder = Client::builder("https://acme.example").header("x-page", 7);
}

fn number_as_a_value_of_a_call(client: Client<qelos_client::OAuth>) {
    let call = client.logged_in_user().header("x-page", 7);
}

fn main() {}
