// An endpoint with pages has two implementations.
#[endpoint(GET, "/rows", response = Vec<u32>, auth = SignedIn, pages(number = page))]
struct Rows { page: Option<u32> }
