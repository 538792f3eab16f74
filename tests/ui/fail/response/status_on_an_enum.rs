use qelos_client::Response;

#[derive(Response)]
#[response(404)]
enum Refused {
    #[response(409)]
    Twice,
}

fn main() {}
