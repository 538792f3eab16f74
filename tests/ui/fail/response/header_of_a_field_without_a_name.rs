use qelos_client::Response;

#[derive(Response)]
enum Refused {
    #[response(303)]
    Elsewhere(#[response(header)] String),
}

fn main() {}
