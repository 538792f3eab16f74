// An endpoint whose pages have no type has two stand-ins.
#[endpoint(GET, "/rows", auth = SignedIn, pages(number = page))]
struct Rows { page: Option<u32> }
