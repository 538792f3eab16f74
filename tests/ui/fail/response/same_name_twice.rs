use qelos_client::Response;

#[derive(Response)]
#[serde(rename_all = "camelCase")]
struct Page {
    total_count: u32,
    #[response(rename = "totalCount")]
    count: u32,
}

fn main() {}
