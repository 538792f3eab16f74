// What is left over in a group of a value must not come along into generated code.
#[endpoint(GET, "/", auth = A, response = dyn* (m!(),))] struct S;
