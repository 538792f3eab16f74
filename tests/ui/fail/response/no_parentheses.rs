use qelos_client::Response;

#[derive(Response)]
#[response]
struct Done;

#[derive(Response)]
enum Refused {
    #[response = 404]
    Missing,
}

fn main() {}
