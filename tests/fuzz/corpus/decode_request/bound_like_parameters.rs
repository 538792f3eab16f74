// A clause that begins with `<T>` would be read as parameters.
#[endpoint(GET, "/", auth = A, response = <T>::B)] struct S<T> { a: <T>::A, b: invisible!(<T>::A) }
