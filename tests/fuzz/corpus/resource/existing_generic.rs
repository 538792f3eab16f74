// Arguments of a type are written otherwise where it is a value.
#[resource(path = "/")] trait Things { #[endpoint(a::B<C, 3>)] async fn a(&self); #[endpoint(invisible!(A<B>))] async fn b(&self); }
