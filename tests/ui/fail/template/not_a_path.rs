use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "api/invoices", auth = SignedIn)]
struct NoSlash;

#[derive(Endpoint)]
#[endpoint(GET, "https://acme.example/api/invoices", auth = SignedIn)]
struct WholeUrl;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices?page=1", auth = SignedIn)]
struct WithQuery;

#[derive(Endpoint)]
#[endpoint(GET, "/api/../admin", auth = SignedIn)]
struct DotSegment;

#[derive(Endpoint)]
#[endpoint(GET, "/api//invoices/", auth = SignedIn)]
struct EmptySegments;

#[derive(Endpoint)]
#[endpoint(GET, "/api/open invoices#top", auth = SignedIn)]
struct OddCharacters;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/:id", auth = SignedIn)]
struct OtherSyntax;

fn main() {}
