use qelos_client::Response;

#[derive(Response)]
enum Refused {
    #[response(found)]
    Elsewhere,
    #[response(404, staus)]
    Missing,
    #[response(all)]
    Other,
}

fn main() {}
