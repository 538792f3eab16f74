// Many mistakes at once: each is reported, and one stand-in is written.
#[endpoint(POTS, GET, "api//{id}{name}/{", "/x", response, auth = A, auth = B, timeout = "soon", multipart, = , crate = a::b)]
#[endpoint = "x"]
#[serde(rename_all = "camelcase", tag = "x", "y")]
struct Wrong<T> {
    #[endpoint(query, header = "Authorization", secret, secret, "x", rename = "")]
    id: Option<T>,
    #[endpoint(body)] a: A,
    #[endpoint(raw = "picture")] b: B,
    #[endpoint(form)] c: C,
    #[serde(default, default = "1", with, skip, flatten, rename(serialize = "x"))] d: PhantomData<T>,
    #[endpoint(bearer)] e: E,
    #[endpoint(bearer, querry)] f: F,
}
