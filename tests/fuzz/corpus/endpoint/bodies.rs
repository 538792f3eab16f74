// A whole body, which `every_word` cannot have as well.
#[endpoint(PUT, "/a", auth = A)] struct S { #[endpoint(body)] a: A }
