// `crate` is a path without arguments: names are written behind it.
#[endpoint(GET, "/", auth = A, crate = ::a::Fn(A) -> B)] struct S;
