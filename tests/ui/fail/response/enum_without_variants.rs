use qelos_client::Response;

#[derive(Response)]
enum Never {}

fn main() {}
