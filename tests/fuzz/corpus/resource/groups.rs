// What a macro of the user passes on has groups without delimiters around it.
#[resource(path = invisible!("/x"), auth = invisible!(A))] invisible!(pub) trait T { #[get(invisible!("/y"))] async fn get(&self, x: invisible!(&str), y: Option<invisible!(&A)>) -> invisible!(Vec<u8>); #[endpoint(invisible!(A))] async fn a(&self); }
