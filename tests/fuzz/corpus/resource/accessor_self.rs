// The accessor would be `self`, which is no name, not even a raw one.
#[resource(path = "/", auth = A)] trait SELF {}
