//! No declaration that the macros accept fails later: what they take is built, not only checked. A constant that panics
//! does so when code is generated, which `cargo check` never does.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use proc_macro2::TokenStream;

use crate::runtime_path::Flavour;
use crate::{pipeline, words};

/// Segments of paths, right ones and wrong ones; `@` is the name of a field.
const SEGMENTS: &[&str] = &[
    "api",
    "{@}",
    "v{@}",
    "{@}.json",
    "{@}:publish",
    "@{@}",
    "{@};v=1",
    "{*@}",
    "x{*@}",
    "{*@}.pdf",
    "a%20b",
    "!$&'()*+,;=",
    ":@",
    "%2F",
    "...",
    "",
    ".",
    "..",
    "%2e",
    ".%2E",
    "{@}{@}",
    "{ @ }",
    "{@",
    "@}",
    "{}",
    "{*}",
    "{@*}",
    "%",
    "%2",
    "%zz",
    "ü",
    "a b",
    "?a",
    "#a",
    "\"",
    "\\",
    "{1}",
    "{@-b}",
    "{r#@}",
    ":@",
    "*",
    "<@>",
    "{{@}}",
    "{ä}",
    "{@/*x*/}",
    "[@]",
];

/// Fields in every place and with every word.
const FIELDS: &[&str] = &[
    "more: u32",
    "#[endpoint(query, rename = \"a b[ü]\")] more: Vec<f32>",
    "#[endpoint(header = \"x-!#$%&'*+.^_`|~\")] more: Option<String>",
    "#[endpoint(form, rename = \"\\\"\")] more: Option<u128>",
    "#[endpoint(body)] more: Option<Vec<String>>",
    "#[endpoint(raw = \"text/csv; charset=utf-8\")] more: String",
    "#[endpoint(raw)] more: Vec<u8>",
    "#[endpoint(format = crate::Lines)] more: Vec<u8>",
    "#[endpoint(skip)] more: PhantomData<u8>",
    "#[endpoint(header = \"x-otp\", secret)] more: SecretString",
    "#[endpoint(bearer)] more: SecretString",
    "#[endpoint(idempotency_key)] more: Option<IdempotencyKey>",
    "#[endpoint(idempotency_key = \"x-request-id\")] more: Option<IdempotencyKey>",
    "#[endpoint(query, secret_in_url, rename = \"a[b]\")] more: SecretString",
    "#[endpoint(form, secret)] more: Option<SecretString>",
    "#[serde(flatten)] more: BTreeMap<String, String>",
    "#[serde(default, skip_serializing_if = \"Option::is_none\")] more: Option<u32>",
    "#[cfg(any())] more: NotThere",
    "#[endpoint(query)] r#type: char",
    "#[endpoint(query, display)] more: Option<std::net::IpAddr>",
    "#[endpoint(header = \"x-list\", comma)] more: Vec<u32>",
    "#[endpoint(query, flag)] more: bool",
    "#[endpoint(form, nested)] more: BTreeMap<String, Vec<String>>",
];

/// Fields with a mistake.
const WRONG_FIELDS: &[&str] = &[
    "#[endpoint(header = \"X-Ü\")] more: u32",
    "#[endpoint(header = \"\")] more: u32",
    "#[endpoint(header = \"a b\")] more: u32",
    "#[endpoint(header = \"host\")] more: u32",
    "#[endpoint(idempotency_key = \"a b\")] more: Option<IdempotencyKey>",
    "#[endpoint(raw = \"none\")] more: String",
    "#[endpoint(raw = \"a/b\\n\")] more: String",
    "#[endpoint(query, rename = \"\")] more: u32",
    "#[endpoint(path)] more: u32",
    "#[endpoint(query, comma)] more: String",
    "#[endpoint(body, display)] more: u32",
    "#[endpoint(header = \"x\", flag)] more: bool",
    "#[endpoint(body, nested)] more: Vec<u32>",
];

/// What an endpoint says besides its method, its path and who may call.
const SETTINGS: &[&str] = &[
    "",
    "timeout = \"18446744073709551615ms\",",
    "response = Vec<u16>,",
    "response = Vec<u8>, json,",
    "response = Vec<u8>, raw,",
    "response = Option<String>, none = 404, raw = \"text/csv\",",
    "response = Option<Vec<u8>>, none = 410, format = crate::Lines,",
    "error = Vec<String>,",
    "idempotent,",
    "errors_with_200,",
];

/// A format, for the library of declarations.
const LINES: &str = "
    pub struct Lines;

    impl qelos_spec::Format for Lines {
        const MEDIA_TYPE: &'static str = \"text/plain\";

        fn read<T: qelos_spec::serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, Box<dyn std::error::Error + Send + Sync>> {
            Ok(qelos_spec::serde_json::from_slice(body)?)
        }

        fn write<T: qelos_spec::serde::Serialize>(value: &T) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
            Ok(qelos_spec::serde_json::to_vec(value)?)
        }
    }
";

/// Settings with a mistake.
const WRONG_SETTINGS: &[&str] = &[
    "timeout = \"18446744073709551616ms\",",
    "timeout = \"307445734561825861m\",",
    "response = Vec<u8>, timeout = \"1s\",",
    "response = Option<Vec<u8>>, none = 404,",
    "response = Vec<u16>, none = 404,",
    "response = (), raw,",
    "response = String, raw = \"none\",",
];

/// Whether the macros take it.
fn is_accepted(code: &TokenStream) -> bool {
    !code.to_string().contains("compile_error")
}

/// A literal that holds a path.
fn literal(path: &str) -> String {
    format!("{path:?}")
}

/// Every path of one and two segments, with a slash at its end and without.
fn paths() -> Vec<String> {
    let mut paths = vec![String::new(), "/".to_owned(), "//".to_owned(), "x".to_owned()];
    for first in SEGMENTS {
        let first = first.replace('@', "first");
        paths.push(format!("/{first}"));
        paths.push(format!("/{first}/"));
        for second in SEGMENTS {
            paths.push(format!("/{first}/{}", second.replace('@', "second")));
        }
    }
    paths
}

/// The arguments for the placeholders of a path, as far as it has any.
fn parameters(path: &str) -> String {
    let is_there = |name: &&&str| path.contains(&format!("{name}}}"));
    let names = ["first", "second", "third", "ä"];
    names.iter().filter(is_there).fold(String::new(), |text, name| text + name + ": String, ")
}

fn structs() -> impl Iterator<Item = String> {
    let verbs = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];
    paths().into_iter().enumerate().map(move |(index, path)| {
        let verb = verbs[index % verbs.len()];
        let (literal, fields) = (literal(&path), parameters(&path));
        let (more, field) = (SETTINGS[index % SETTINGS.len()], FIELDS[index % FIELDS.len()]);
        // What brings its own credential takes none of the client; that is the compiler's to refuse.
        let auth = if field.contains("bearer") { "Public" } else { "SignedIn" };
        format!("#[endpoint({verb}, {literal}, {more} auth = {auth})] pub struct Declared {{ {fields} {field} }}")
    })
}

/// Each field with each setting, on one path, for a method without a body and one with it.
fn combinations() -> impl Iterator<Item = String> {
    let with = |verb: &'static str, field: &'static str| {
        SETTINGS.iter().chain(WRONG_SETTINGS).map(move |more| {
            let auth = if field.contains("bearer") { "Public" } else { "SignedIn" };
            format!("#[endpoint({verb}, \"/api\", {more} auth = {auth})] pub struct Declared {{ {field} }}")
        })
    };
    FIELDS
        .iter()
        .chain(WRONG_FIELDS)
        .flat_map(move |field| ["GET", "POST"].into_iter().flat_map(move |verb| with(verb, field)))
}

fn traits() -> impl Iterator<Item = String> {
    let prefixes = ["/", "/api", "/api/", "/{third}", "/{*third}", "/{*third}/", "/{third}:all/"];
    let behind: Vec<_> =
        paths().into_iter().filter(|path| path.matches('/').count() < 2 || path.ends_with('/')).collect();
    prefixes.into_iter().flat_map(move |prefix| {
        let declare = move |path: &String| {
            let arguments = parameters(&format!("{prefix}{path}"));
            let (prefix, path) = (literal(prefix), literal(path));
            format!("#[resource(path = {prefix}, auth = SignedIn, decode)] pub trait Declared {{ #[get({path})] async fn get(&self, {arguments}) -> u32; }}")
        };
        behind.iter().map(declare).collect::<Vec<_>>()
    })
}

fn accepts_struct(text: &str) -> bool {
    let item: TokenStream = text.parse().unwrap();
    is_accepted(&pipeline::endpoint(item.clone(), Flavour::Spec))
        && is_accepted(&pipeline::decode_request(item, Flavour::Spec))
}

fn accepts_trait(text: &str) -> bool {
    let mut item: syn::ItemTrait = syn::parse_str(text).unwrap();
    let settings = item.attrs.remove(0).meta.require_list().unwrap().tokens.clone();
    is_accepted(&pipeline::resource(settings, &quote::quote!(#item), Flavour::Spec))
}

/// The methods of a client by name: what they are called on is a client.
fn methods_of_a_client(folder: &Path, methods: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            methods_of_a_client(&path, methods);
            continue;
        }
        for item in syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap().items {
            let syn::Item::Impl(syn::ItemImpl { trait_: None, self_ty, items, .. }) = item else { continue };
            let syn::Type::Path(ty) = *self_ty else { continue };
            if ty.path.segments.last().unwrap().ident != "Client" {
                continue;
            }
            methods.extend(items.into_iter().filter_map(|item| match item {
                syn::ImplItem::Fn(method) if matches!(method.vis, syn::Visibility::Public(_)) => {
                    method.sig.receiver().map(|_| method.sig.ident.to_string())
                }
                _ => None,
            }));
        }
    }
}

#[test]
fn no_resource_is_called_like_a_method_of_a_client() {
    let mut methods = Vec::new();
    methods_of_a_client(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../qelos-client/src"), &mut methods);
    methods.sort();
    methods.dedup();
    assert_eq!(words::key::METHODS_OF_A_CLIENT, methods, "list them in `words/key.rs` of the macros");
    assert!(!accepts_trait("#[resource(path = \"/a\", auth = A)] trait Workspaces { #[get] async fn list(&self); }"));
    assert!(accepts_trait("#[resource(path = \"/a\", auth = A)] trait Notes { #[get] async fn list(&self); }"));
}

#[test]
fn each_word_is_in_a_declaration_that_is_built() {
    let accepted: Vec<String> = combinations().filter(|text| accepts_struct(text)).collect();
    let is_accepted = |part: &&&str| accepted.iter().any(|text| text.contains(**part));
    let missing: Vec<_> = FIELDS.iter().chain(SETTINGS).filter(|part| !is_accepted(part)).collect();
    assert!(missing.is_empty(), "never accepted: {missing:#?}");
    let taken: Vec<_> = WRONG_FIELDS.iter().chain(WRONG_SETTINGS).filter(is_accepted).collect();
    assert!(taken.is_empty(), "accepted: {taken:#?}");
}

/// Each declaration has some of the words; a word that one of them lacks is in another.
#[test]
fn each_word_of_a_scheme_of_sessions_is_accepted() {
    const DECLARATIONS: [&str; 3] = [
        "name = \"acme\", sign_in = A, renew = B { refresh }, end = C { refresh, old: access }, access = a.b, refresh = c, subject = d.0, expires_in = e, header = \"x-a\", prefix = \"v1 \", refused(401, \"gone\"), satisfies(S, T<U>), crate = ::c",
        "name = \"acme\", renew = B { old: access, id: self.id.clone() }, access = a, lasts = \"60m\", satisfies(S)",
        "name = \"acme\", sign_in = A<B>, access = a, jwt, expires_at = b, satisfies(S)",
    ];
    let accepts = |words: &str| {
        let item = format!("#[session({words})] struct Acme<T> where T: Clone {{ id: T }}");
        is_accepted(&pipeline::session(item.parse().unwrap()))
    };
    let [all, some, two_lives] = DECLARATIONS;
    assert!(accepts(all) && accepts(some) && !accepts(two_lives));
    assert!(accepts(&two_lives.replace(", jwt", "")) && accepts(&two_lives.replace(", expires_at = b", "")));
    let all = DECLARATIONS.join(" ");
    let missing: Vec<_> = words::key::SESSION.iter().filter(|word| !all.contains(*word)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn accepted_declarations_are_built() {
    let mut lib = String::from("#![allow(missing_docs, unused_imports)]\n");
    lib.push_str(LINES);
    let (mut accepted, mut refused) = (0, 0);
    let declarations = structs()
        .chain(combinations())
        .map(|text| (accepts_struct(&text), format!("#[derive(Endpoint, DecodeRequest)] {text}")));
    let declarations = declarations.chain(traits().map(|text| (accepts_trait(&text), text)));
    for (index, (is_accepted, text)) in declarations.enumerate() {
        if is_accepted {
            accepted += 1;
            writeln!(lib, "pub mod d{index} {{ use std::{{collections::BTreeMap, marker::PhantomData}}; use qelos_spec::{{*, auth::{{Public, SignedIn}}}}; {text} }}").unwrap();
        } else {
            refused += 1;
        }
    }
    assert!(accepted > 300 && refused > 300, "{accepted} are accepted, {refused} refused");

    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("declarations");
    fs::create_dir_all(folder.join("src")).unwrap();
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    let manifest = format!(
        "[package]\nname = \"declarations\"\nedition = \"2024\"\n[dependencies]\nqelos-spec = {{ path = {spec:?} }}\n[workspace]\n[profile.dev]\ndebug = false\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::copy(spec.join("../Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    fs::write(folder.join("src/lib.rs"), lib).unwrap();
    let built = Command::new(env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()))
        .args(["build", "--offline", "--quiet"])
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap())
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
}
