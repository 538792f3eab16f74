// A type of the user has the name that a parameter of ours has otherwise.
#[resource(path = "/", auth = Caller)] trait Things { #[get(auth = Caller2)] async fn a(&self); #[endpoint(Caller3)] async fn b(&self); }
