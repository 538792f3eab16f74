use qelos_client::Response;

#[derive(Response)]
enum Refused {
    #[response(-1)]
    Less,
    #[response(404.0)]
    Missing,
    #[response(= 409)]
    Twice,
}

fn main() {}
