use qelos_client::Response;

#[derive(Response)]
enum Refused {
    #[response(404, 410)]
    Missing,
    #[response(4xx)]
    Wrong { message: String },
    #[response(_)]
    Other(String),
}

#[derive(Response)]
#[response(2xx)]
struct Done;

fn main() {}
