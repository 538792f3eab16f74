use qelos_client::Response;

#[derive(Response)]
union Either {
    number: u32,
    other: i32,
}

fn main() {}
