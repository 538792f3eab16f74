// A union is none.
#[response(200)] union Both { a: u8, b: u16 }
