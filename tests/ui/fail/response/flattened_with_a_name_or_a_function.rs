use qelos_client::Response;

#[derive(Response)]
struct Page {
    #[serde(flatten, rename = "meta")]
    named: Meta,
    #[serde(flatten, default)]
    absent: Meta,
    #[serde(flatten, with = "meta")]
    written: Meta,
}

struct Meta;

fn main() {}
