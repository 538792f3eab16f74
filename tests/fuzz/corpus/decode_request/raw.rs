// A raw body, which `every_word` cannot have as well.
#[endpoint(PUT, "/a", auth = A)] struct S { #[endpoint(raw = "text/csv")] a: String }
