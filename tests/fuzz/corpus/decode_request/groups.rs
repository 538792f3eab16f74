// What a macro of the user passes on has groups without delimiters around it.
#[endpoint(GET, invisible!("/x/{id}"), auth = invisible!(A), response = invisible!(Vec<u8>))] invisible!(pub) struct S { id: invisible!(Option<invisible!(u8)>) }
