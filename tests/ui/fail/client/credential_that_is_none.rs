use qelos_client::{Client, auth::SignedIn};

fn text_as_a_credential() {
    let client = Client::builder("https://acme.example").credential("ql_1234").build();
}

fn requirement_for_a_credential() -> Result<(), qelos_client::Error> {
    let client = Client::new("https://acme.example")?.with_credential(SignedIn);
    Ok(())
}

fn main() {}
