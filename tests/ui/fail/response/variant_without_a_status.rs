use qelos_client::Response;

#[derive(Response)]
enum Refused {
    #[response(409)]
    Twice,
    Missing,
    #[response()]
    Gone { since: String },
}

fn main() {}
