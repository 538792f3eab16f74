use qelos_client::Response;

#[derive(Response)]
enum Refused {
    #[response("404")]
    Missing,
    #[response("4xx")]
    Wrong,
}

fn main() {}
