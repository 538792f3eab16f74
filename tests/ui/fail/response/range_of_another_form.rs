use qelos_client::Response;

#[derive(Response)]
enum Refused {
    #[response(400..=499)]
    Wrong,
    #[response(500..600)]
    Broken,
    #[response(300-399)]
    Elsewhere,
}

fn main() {}
