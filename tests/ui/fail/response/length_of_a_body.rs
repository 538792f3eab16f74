use qelos_client::Response;

#[derive(Response)]
enum Object {
    #[response(200)]
    Whole {
        #[response(header = "content-length")]
        size: u64,
        #[response(raw)]
        content: Vec<u8>,
    },
    // Headers alone: the size is that of the body that was not sent.
    #[response(206)]
    Head {
        #[response(header)]
        content_length: u64,
    },
}

fn main() {}
