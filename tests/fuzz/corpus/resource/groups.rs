// A macro of the user passes each value on in a group without delimiters.
#[resource(path = invisible!("/x"), auth = invisible!(A))] invisible!(pub) trait T { #[get(invisible!("/y"))] async fn get(&self, x: invisible!(&str), y: Option<invisible!(&A)>) -> invisible!(Vec<u8>); #[endpoint(invisible!(A))] async fn a(&self); }
