// An enum is no struct with named fields.
#[endpoint(GET, "/", auth = A)] enum E<T> where T: A { A, B { x: T } }
