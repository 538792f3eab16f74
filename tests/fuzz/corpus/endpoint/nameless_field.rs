// A field without a name cannot be written.
#[endpoint(GET, "/", auth = A)] struct S { _: A }
