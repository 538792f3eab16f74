// What is no trait is handed back.
#[resource(path = "/x")] struct S;
