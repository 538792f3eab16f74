// Nothing describes it.
struct S { a: u8 }
