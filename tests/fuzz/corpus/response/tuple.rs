// A tuple of parts.
struct Pdf(#[response(raw = "application/pdf")] invisible!(Bytes), #[response(status)] u16);
