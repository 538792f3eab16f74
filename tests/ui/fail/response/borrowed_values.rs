use qelos_client::Response;

#[derive(Response)]
struct Page<'a> {
    name: &'a str,
}

#[derive(Response)]
enum Refused {
    #[response(404)]
    Missing(&'static str),
}

fn main() {}
