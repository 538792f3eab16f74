// Many mistakes at once: each is reported, and stand-ins are written.
#[response(404, crate = a, found, header, response = X, "201", -1, {})]
#[response = "x"]
#[serde(rename_all = "camelcase", tag = "x", "y")]
enum Wrong<'a, T> {
    None,
    #[response(99)] A,
    #[response(100)] B,
    #[response(1xx)] C,
    #[response(40x)] D,
    #[response(400..500)] E,
    #[response("404")] F,
    #[response(_, 404)] G,
    #[response(404)] H { #[response(status)] a: u16, #[response(status)] b: u16 },
    #[response(5xx)] I { #[response(body)] a: T, #[response(raw = "picture")] b: Bytes, c: u8 },
    #[response(204)] J(&'a str),
    #[response(201)] K(#[response(header)] T, #[response(header = "X-Y")] T, #[response(header = "te")] T),
    #[response(202)] L { #[response(header = "")] #[serde(default)] a: T, #[serde(flatten, default)] b: T },
    #[response(203)] M { a: T, #[serde(rename = "a")] b: T, #[response(query)] c: T, #[response("x")] d: T },
    #[response(205)] N(Bytes),
}
