//! The vocabulary of generated declarations: words of real ones, and words that are mistakes.

/// Words for one place. Right and wrong ones are in two lists: with one list, hardly any declaration would be right.
pub(super) struct Words {
    pub(super) right: &'static [&'static str],
    pub(super) wrong: &'static [&'static str],
}

/// Names of fields, arguments and placeholders. There are few, so that they are often equal.
pub(super) const NAMES: Words = Words {
    right: &[
        "id",
        "name",
        "page",
        "token_id",
        "r#type",
        "rest",
        "body",
        "request",
        "serializer",
        "_x",
        "ÄÖ",
        "reader",
        "r#async",
        "__",
        "ŉa",
        "value",
        "response",
    ],
    wrong: &["_", "self", "0", "invisible!(id)", "crate", "type", "r#crate"],
};

/// The words on an endpoint that say how its response is read.
pub(super) const BODIES: Words = Words {
    right: &[
        "raw",
        "raw = \"application/pdf\"",
        "json",
        "format = crate::Lines",
        "none = 404",
        "none = 599",
        "pages(number = id, items = data: u8)",
        "pages(cursor = id, next = meta.next, items = |page| page.data, more = crate::more)",
        "pages(cursor = value, link = links, items = data: Vec<u8>)",
    ],
    wrong: &[
        "raw = x",
        "raw = \"picture\"",
        "none = 99",
        "none",
        "format",
        "raw, json",
        "none = 1u8",
        "json = true",
        "pages",
        "pages(number = invisible!(id), items = invisible!(data))",
        "pages(cursor = id, next = next(), items = data:)",
        "pages(offset = id, items = |page| page, cursor = id)",
    ],
};

/// The statuses of responses.
pub(super) const STATUSES: Words = Words {
    right: &["200", "201", "204", "304", "404", "409", "500", "599", "2xx", "3xx", "4xx", "5xx", "_"],
    wrong: &[
        "99",
        "100",
        "600",
        "1xx",
        "6xx",
        "40x",
        "4XX",
        "404u16",
        "400..500",
        "400..=499",
        "\"404\"",
        "-1",
        "4.5",
        "_ | 404",
        "found",
        "header",
        "response",
        "4_04",
        "0x194",
        "99999999999999999999",
        "'x'",
        "invisible!(404)",
    ],
};

/// The places of fields in a response.
pub(super) const PARTS: Words = Words {
    right: &[
        "header = \"x-total\"",
        "header",
        "status",
        "body",
        "raw",
        "raw = \"application/pdf\"",
        "format = crate::Lines<T>",
        "skip",
        "rename = \"type\"",
    ],
    wrong: &[
        "header = \"X-Total\"",
        "header = \"\"",
        "header = \"te\"",
        "header = 1",
        "status = 404",
        "body, raw",
        "raw = \"x\"",
        "format",
        "query",
        "secret",
        "\"x\"",
        "rename = \"\"",
        "404",
        "=",
        "bearer",
    ],
};

/// Names of structs and traits.
pub(super) const TYPE_NAMES: Words = Words {
    right: &[
        "Things", "GetThing", "r#Match", "A", "T", "Caller", "_T", "ÄÖß", "İx", "XMLHttp2", "r#type", "Option",
        "lower", "Match",
    ],
    wrong: &["Crate", "SELF", "Super", "__", "Self", "ǅx", "invisible!(A)", "1"],
};

/// Names of methods.
pub(super) const METHODS: Words = Words {
    right: &[
        "list",
        "get",
        "create",
        "delete_all",
        "r#match",
        "new",
        "from",
        "clone",
        "äö",
        "dispatch",
        "list_2",
        "r#gen",
        "ŉ",
        "_x",
    ],
    wrong: &["handle", "ext", "__", "_", "list", "list_", "self", "ﬁ", "r#self"],
};

/// Types without parts.
pub(super) const TYPES: Words = Words {
    right: &[
        "String",
        "u32",
        "SignedIn",
        "Public",
        "T",
        "K",
        "str",
        "SecretString",
        "::std::string::String",
        "crate::X",
        "Self",
        "qelos_spec::Page",
        "Bytes",
        "r#type",
        "Caller",
        "Self::X",
        "Vec",
        "()",
        "m!()",
        "dyn A",
        "!",
        "impl A",
        "_",
    ],
    wrong: &["Option", "Result", "PhantomData", "...", "struct { x: u8 }", "'a", "1", "", "&", "dyn", "fn", "?"],
};

/// Types around another one, which stands at `@`.
pub(super) const AROUND: Words = Words {
    right: &[
        "Vec<@>",
        "Option<@>",
        "[@; 3]",
        "[@; N]",
        "(@,)",
        "(@)",
        "(@, u8)",
        "*const @",
        "fn(@) -> @",
        "dyn Fn(@) -> @ + Send + 'static",
        "<@ as A>::B",
        "<@>::B",
        "Box<dyn A<B = @>>",
        "m![@]",
        "Option<Option<@>>",
        "invisible!(@)",
        "A<{ 1 + 2 }, @>",
        "A<@>::B<@>",
        "A::<@>",
        "A<B: @>",
        "dyn A + (@)",
        "A(@) -> @",
        "A(@)",
        "for<'x> fn(&'x @)",
        "&@",
        "&'a @",
        "[@]",
        "Option<&@>",
        "Cow<'a, @>",
        "::std::option::Option<&'static @>",
        "invisible!(&@)",
        "Option<invisible!(&@)>",
        "&mut @",
        "impl Into<@> + 'a",
        "unsafe extern \"C\" fn(@, ...)",
        "for<'a> A<'a, @>",
        "impl Sized + use<'a, @>",
        "A<@, { x }>",
        "A<-1, @>",
        "A<'a>::B<@>",
        "dyn for<'a> A<'a>",
        "A<B<'a>: @>",
        "A<B<'a> = @>",
    ],
    wrong: &[
        "Result<@, E>",
        "PhantomData<@>",
        "A + @",
        "'a + @",
        "?Sized + @",
        "unsafe<'a> @",
        "&dyn A + @",
        "(dyn A + @)",
        "A<B(..): @>",
        "typeof(@)",
        "@?",
        "dyn* @",
        "~const @",
        "<@",
        "@>",
        "#[a] @",
        "@ @",
        "A<@ = 1>",
    ],
};

/// Modules, functions and texts like them, in the literals that name functions.
pub(super) const FUNCTIONS: Words = Words {
    right: &[
        "Option::is_none",
        "is_empty",
        "::a::b",
        "crate::cents",
        "cents",
        "a::b::<T>",
        "<T>::is",
        "<T as A>::b",
        "self::a",
        "Self::a",
        "a::<{ 1 }>",
        "r#type::a",
        "A::<B>",
        "a::<'a, 'b>",
        "a::<A<B>>::b",
        "super::a",
        "A::<B = C>",
        "A::<fn(A) -> B>::c",
    ],
    wrong: &[
        "",
        "1",
        "a::",
        "|x| x",
        "#[x] a",
        "self",
        "m!()",
        "a b",
        "fn",
        "'",
        "\"",
        "Fn(A)",
        "a<b>",
        "super",
        "_",
        "/*",
        "#![x] a",
        "a::b!",
        "crate",
        "{ a }",
        "(a)",
        "$crate::a",
        "a::<dyn A + B>",
    ],
};

/// Pieces of paths without placeholders.
pub(super) const SEGMENTS: Words = Words {
    right: &["api", "v1", "things.json", "a-b_c~d", "...", "a%20b", ";v=1", "!$&'()*+,;=:"],
    wrong: &[
        "{",
        "}",
        "{}",
        "{@",
        "@}",
        "",
        ".",
        "..",
        "{*}",
        "a{*@}",
        "{r#@}",
        "{@ }",
        "{1}",
        "{@/*x*/}",
        "{self}",
        "{crate}",
        "a b",
        "ä",
        "?q=1",
        "#f",
        ":id",
        "%2",
        "%2e",
        "{{@}}",
        "{ÄÖ}",
        "{_}",
        "\\",
        "\"",
        "\0",
        "\u{202e}",
        "{@:u32}",
        "://x",
        "{type}",
        "{@\n}",
        "{'a}",
        "{@}{@}",
        "{missing}",
        "{*@}",
        "{r#crate}",
        "{//}",
        "{/*}",
        "{\"}",
    ],
};

/// Where a placeholder, `@`, stands in its segment.
pub(super) const PLACEHOLDERS: Words = Words {
    right: &["{@}", "x{@}", "{@}.json", "a.{@}-b", "{@}:publish", ";{@};v=1"],
    wrong: &["{@}{@}", "{*@}", "{@ }", "{@", "@}", "{r#@}", "{@}{id}"],
};

/// Names of headers.
pub(super) const HEADERS: Words = Words {
    right: &["x-name", "x-trace", "!#$%&'*+-.^_`|~", "etag", "x-2", "referer"],
    wrong: &[
        "Authorization",
        "x-api-key",
        "content-type",
        "",
        " ",
        "x-ä",
        "\u{7f}",
        "{}",
        "\"",
        "\n",
        "X-Name",
        "cookie",
        "x:y",
    ],
};

/// Names on the wire.
pub(super) const WIRE_NAMES: Words = Words {
    right: &["unitPrice", "page[]", "{}", "\"", "\\", "\n", "a\u{301}", "_id", "\0", "\u{202e}", "{wire}", "a b"],
    wrong: &["", "id", "name"],
};

/// Content types.
pub(super) const CONTENT_TYPES: Words = Words {
    right: &["text/csv", "multipart/form-data; boundary=\"x\"", "a/{}"],
    wrong: &["", "a", "a/", "/b", "ä/ö", "a/\n", "{}"],
};

/// Times.
pub(super) const TIMES: Words = Words {
    right: &["30s", "500ms", "2m", "18446744073709551615ms", "007s"],
    wrong: &[
        "0ms",
        "999999999999999999999m",
        "18446744073709551615m",
        "5",
        "ms",
        "-1s",
        "1_000s",
        "٣s",
        "",
        "1.5s",
        "1 s",
        "sm",
        "1ms1",
    ],
};

/// Cases of names.
pub(super) const CASES: Words = Words {
    right: &["camelCase", "PascalCase", "SCREAMING-KEBAB-CASE", "lowercase", "kebab-case", "UPPERCASE", "snake_case"],
    wrong: &["camelcase", "", "CAMEL", "ä"],
};

/// Paths to the crate.
pub(super) const CRATES: Words = Words {
    right: &["::qelos_client", "crate", "crate::a", "::a::b", "::r#type", "invisible!(::a)"],
    wrong: &[
        "a::b",
        "super",
        "::a<T>",
        "::a::Fn(A) -> B",
        "crate::a::<T>",
        "$crate",
        "self",
        "::crate",
        "::Self",
        "crate::a<'a>::b",
        "Self",
        "_",
        "",
        "::",
        "crate::",
        "<A>::b",
    ],
};

/// Words of a field, besides its place.
pub(super) const SERDE: Words = Words {
    right: &[
        "default",
        "default = &",
        "skip_serializing_if = &",
        "with = &",
        "serialize_with = &",
        "deserialize_with = &",
        "flatten",
    ],
    wrong: &[
        "rename(serialize = \"a\")",
        "alias = \"a\"",
        "skip_deserializing",
        "default = 1",
        "with",
        "skip",
        "\"x\"",
        "rename = &",
        "crate = \"a\"",
        "default = \"\"suffix",
    ],
};

/// Words of a struct for serde.
pub(super) const SERDE_STRUCT: Words = Words {
    right: &["deny_unknown_fields", "bound = \"\"", "crate = \"a\"", "rename(a = \"b\")"],
    wrong: &["rename_all(serialize = \"a\")", "tag = \"x\"", "rename_all", "rename_all = 1", "\"x\"", "default"],
};

/// Places of a field, with mistakes.
pub(super) const WRONG_PLACES: &[&str] = &[
    "query",
    "form",
    "display",
    "query, comma",
    "pipe",
    "query, flag",
    "form, nested",
    "part",
    "json",
    "part, json",
    "body",
    "raw",
    "bearer",
    "idempotency_key",
    "idempotency_key = \"x-request-id\"",
    "path",
    "skip",
    "secret",
    "secret_in_url",
    "header",
    "rename",
    "querry",
    "raw(x)",
    "multipart = \"x\"",
    "flatten",
    "header = x",
    "secret = \"x\"",
    "rename = \"\"",
    "raw = 1",
    "header = \"a\", query",
    "secret, secret",
    "rename = \"a\", rename = \"b\"",
    "\"x\"",
];

/// Words that stand alone between commas. Most of them are wrong everywhere.
pub(super) const JUNK: &[&str] = &[
    "x",
    "=",
    ",",
    "::",
    "#",
    "'a",
    "1.5e3",
    "\"x\"",
    "()",
    "{}",
    "[]",
    "r#type",
    "crate",
    "_",
    "b'x'",
    "..=",
    "<",
    ">",
    "&&",
    "!",
    "$",
    "invisible!()",
    "invisible!(POST)",
    "invisible!(\"/x\")",
    "invisible!(,)",
    "multipart",
    "= =",
    "-1",
    "self",
    "b\"x\"",
    "c\"x\"",
    "\"x\"suffix",
    "=>",
    "(a, b)",
    "#[a]",
    "invisible!(auth = X)",
    "1u8",
    "'x'",
    ";",
    "$crate",
    "#!",
    "|",
    "invisible!(invisible!())",
    "response",
    "auth",
    "path =",
    "as",
    "where",
    "response = X",
    "error = X",
    "auth = X",
    "\"/x\"",
    "POST",
    "GET",
    "decode",
    "path = \"/x\"",
    "timeout",
    "idempotent",
    "errors_with_200",
];

/// Attributes of others.
pub(super) const OTHER_ATTRIBUTES: &[&str] = &[
    "/// Words.\n",
    "#[doc = \"words\"]",
    "#[cfg(test)]",
    "#[allow(dead_code)]",
    "#[doc(hidden)]",
    "#[must_use]",
    "#[x::y z]",
    "/** Words. */",
    "#[doc = concat!(\"a\", \"b\")]",
    "#[unsafe(x)]",
    "#[a = 1]",
    "#[cfg_attr(a, b)]",
    "#[inline]",
    "#[endpoint::x]",
    "#[a[b]]",
];

/// In front of structs, traits and fields.
pub(super) const VISIBILITIES: Words = Words {
    right: &["pub ", "", "pub(crate) ", "pub(in a::b) ", "pub(super) ", "invisible!(pub) ", "invisible!() "],
    wrong: &["crate ", "pub() ", "pub(a) ", "unsafe ", "const ", "auto ", "impl(crate) ", "pub pub "],
};

/// Parameters of structs, traits and methods.
pub(super) const PARAMETERS: Words = Words {
    right: &[
        "T",
        "K: Clone",
        "'a",
        "const N: usize",
        "T: ?Sized + 'static",
        "K = u8",
        "'b: 'a",
        "const N: u8 = 10",
        "T: for<'x> A<'x>",
        "#[cfg(a)] T",
        "const N: usize = { 1 + 2 }",
        "T: A<B = K>",
        "const M: bool = true",
        "_T:",
        "T: A + = K",
        "const N: u8 = -1",
        "T: (A) + ?Sized",
    ],
    wrong: &["T: ~const A", "const T", "T = ", "&'a T", "1", "T: use<'a>", "const N: u8 = _"],
};

/// Clauses of structs, traits and methods.
pub(super) const CLAUSES: Words = Words {
    right: &[
        "T: Clone",
        "",
        "K: A<T>, T: B",
        "'a: 'static",
        "for<'x> &'x T: A",
        "[T; 3]: Sized,",
        "Self: Sized",
        "T:",
        "String: A",
        "!: A",
        "for<'x> fn(&'x T): A",
    ],
    wrong: &["T = u8", "#[cfg(a)] T: A", "T", "T: ,,"],
};

/// How a method takes its client.
pub(super) const RECEIVERS: Words = Words {
    right: &["&self"],
    wrong: &[
        "self",
        "&mut self",
        "&'a self",
        "self: Box<Self>",
        "mut self",
        "",
        "self: &Self",
        "#[a] &self",
        "x: u8",
        "x: u8, &self",
        "&self, &self",
        "invisible!(&self)",
        "& &self",
    ],
};

/// How an argument is named; its name is `@`.
pub(super) const PATTERNS: Words = Words {
    right: &["@"],
    wrong: &[
        "mut @",
        "_",
        "(a, b)",
        "ref @",
        "@ @ 1",
        "...",
        "&@",
        "[a]",
        "m!()",
        "A { b }",
        "self",
        "@..",
        "box @",
        "invisible!(@)",
        "@ | @",
        "1",
        "A::B",
        "@: u8, @",
        "...",
    ],
};

/// In front of `fn`.
pub(super) const MODIFIERS: Words = Words {
    right: &["async "],
    wrong: &[
        "",
        "const ",
        "unsafe ",
        "extern \"C\" ",
        "async unsafe extern ",
        "default ",
        "const async unsafe extern \"C\" ",
        "pub async ",
        "safe ",
        "gen ",
    ],
};

/// Behind a signature.
pub(super) const ENDS: Words = Words {
    right: &[";"],
    wrong: &["{}", "{ #![a] }", "{ x }", "", ";;", "{ #![doc = \"\"] todo!() }", "{ #![get] }", "= 1;"],
};

/// Items of a trait besides methods.
pub(super) const MEMBERS: &[&str] = &[
    "type A;",
    "const A: u8;",
    "m! {}",
    "type A: B = C;",
    "m!();",
    "const fn f();",
    "default fn f();",
    "pub fn f();",
    "fn f();",
    "type A<'a> where Self: 'a;",
    "struct A;",
    ";",
];

/// Between the name of a trait and its clauses.
pub(super) const BOUNDS: Words =
    Words { right: &[""], wrong: &[": Clone", ":", ": A + 'static", ": ?Sized", ": for<'a> A<'a>", "= A"] };

/// How an attribute is written; its name is `@`, its items are `$`.
pub(super) const ATTRIBUTES: Words = Words {
    right: &["#[@($)]"],
    wrong: &[
        "#[@]",
        "#[@ = \"x\"]",
        "#[@[$]]",
        "#[@{$}]",
        "#[@ $]",
        "#[@()]",
        "#[invisible!(@)($)]",
        "#[unsafe(@($))]",
        "#[@ = $]",
        "#[::@($)]",
        "#![@($)]",
        "#[@($)] #[@($)]",
        "",
    ],
};
