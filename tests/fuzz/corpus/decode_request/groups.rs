// A macro of the user passes each value on in a group without delimiters.
#[endpoint(GET, invisible!("/x/{id}"), auth = invisible!(A), response = invisible!(Vec<u8>))] invisible!(pub) struct S { id: invisible!(Option<invisible!(u8)>) }
