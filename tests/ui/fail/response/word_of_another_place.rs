use qelos_client::Response;

#[derive(Response)]
enum Refused {
    #[response(header = "location")]
    Elsewhere(String),
    #[response(404, error = Missing)]
    Missing,
    #[response(409, crate = ::qelos_client)]
    Twice,
}

#[derive(Response)]
#[response(status)]
struct Done;

fn main() {}
