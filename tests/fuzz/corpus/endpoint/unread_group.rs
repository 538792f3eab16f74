// Tokens left over in the group of a value must not get into generated code.
#[endpoint(GET, "/", auth = A, response = dyn* (m!(),))] struct S;
