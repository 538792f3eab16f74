// An item that is not a trait is returned.
#[resource(path = "/x")] struct S;
