// `crate` is a path without arguments: names are written behind it.
#[endpoint(GET, "/", auth = A, crate = ::a<T>)] struct S;
