//! The table of the guide about requests: what each of its rows sends.

use std::collections::BTreeMap;
use std::fs;

use qelos_client::auth::SignedIn;
use qelos_client::{Endpoint, IdempotencyKey, resource};
use qelos_spec::multipart::File;
use serde::Serialize;
use serde_json::Value;

use super::shown;

#[derive(Serialize)]
struct Item {
    price: &'static str,
}

#[resource(path = "/repos/{owner}/{repo}", auth = SignedIn)]
trait Repo {
    #[get("/compare/{base}...{head}")]
    async fn compare(&self, base: &str, head: &str) -> Value;
}

/// Declares an endpoint in the words of a row: the first cell of the row, and what the endpoint sends.
macro_rules! row {
    ($row:literal, ($($setting:tt)*), { $($(#[$word:meta])* $name:ident: $of:ty = $value:expr),* }) => {{
        #[derive(Endpoint)]
        #[endpoint($($setting)*, auth = SignedIn)]
        struct Sent {
            $($(#[$word])* $name: $of),*
        }
        ($row, shown(&Sent { $($name: $value),* }))
    }};
}

fn prices() -> Vec<Item> {
    vec![Item { price: "p" }]
}

fn map(name: &'static str, value: &'static str) -> BTreeMap<&'static str, &'static str> {
    BTreeMap::from([(name, value)])
}

fn bodies() -> Vec<(&'static str, String)> {
    vec![
        row!(r#"`-d '{"title": "a"}'`"#, (POST, "/x"), { title: &'static str = "a" }),
        row!("`-d '[…]'`, `-d @pod.json`: a body that is one value", (POST, "/x"), {
            #[endpoint(body)] items: Vec<Item> = prices()
        }),
        row!("`-d name=ada`, `--data-urlencode`", (POST, "/x"), { #[endpoint(form)] name: &'static str = "ada" }),
        row!(r#"`-d "metadata[order]=7"`, `-d "items[0][price]=p"`"#, (POST, "/x"), {
            #[endpoint(form, nested)] metadata: BTreeMap<&'static str, &'static str> = map("order", "7"),
            #[endpoint(form, nested)] items: Vec<Item> = prices()
        }),
        row!("`-F file=@me.png`", (POST, "/x"), { #[endpoint(part)] file: File = File::new("me.png", b"png".to_vec()) }),
        row!("`--data-binary @part.bin`, with `Content-Type: image/png`", (PUT, "/x"), {
            #[endpoint(raw = "image/png")] content: Vec<u8> = b"png".to_vec()
        }),
        row!(
            r#"`-H "Content-Type: application/merge-patch+json"` beside JSON"#,
            (PATCH, "/x", content_type = "application/merge-patch+json"),
            { title: &'static str = "a" }
        ),
    ]
}

fn queries_headers_and_paths() -> Vec<(&'static str, String)> {
    let compare =
        || RepoCompare { owner: "octocat".into(), repo: "hello".into(), base: "v1".into(), head: "main".into() };
    vec![
        row!("`-G -d page=2`, `?page=2`", (GET, "/x"), { page: u32 = 2 }),
        row!("`?pageSize=2`, `?$filter=…`", (GET, "/x"), {
            #[endpoint(rename = "pageSize")] page_size: u32 = 2,
            #[endpoint(query, rename = "$filter")] filter: &'static str = "Price gt 7"
        }),
        row!("`?filter[name]=ada`", (GET, "/x"), {
            #[endpoint(query, nested)] filter: BTreeMap<&'static str, &'static str> = map("name", "ada")
        }),
        row!("`?ids=1,2`", (GET, "/x"), { #[endpoint(query, comma)] ids: Vec<u64> = vec![1, 2] }),
        row!("`?acl`, `?list-type=2`, the same in all requests", (GET, "/{*key}?list-type=2&acl"), {
            key: &'static str = "a/b.txt"
        }),
        row!("`?verbose`, if the caller wants it", (GET, "/x"), { #[endpoint(query, flag)] verbose: bool = true }),
        row!(r#"`-X DELETE -d '{"sha": "a"}'`"#, (DELETE, "/x"), { #[endpoint(json)] sha: &'static str = "a" }),
        row!(r#"`-X GET -d '{"query": …}'`"#, (GET, "/x", with_body), {
            #[endpoint(json)] query: BTreeMap<&'static str, &'static str> = map("term", "a")
        }),
        row!("`-X PROPFIND`", (PROPFIND, "/{*path}"), { path: &'static str = "files/a" }),
        row!(
            r#"`-H "X-Api-Version: 2026-01-01"`, the same in all requests"#,
            (GET, "/x", headers("X-Api-Version" = "2026-01-01")),
            {}
        ),
        row!(r#"`-H "If-Match: …"`"#, (GET, "/x"), { #[endpoint(header = "If-Match")] version: &'static str = "\"7\"" }),
        row!(r#"`-H "x-amz-meta-author: ada"`, names that the caller chooses"#, (GET, "/x"), {
            #[endpoint(header = "x-amz-meta-*")] meta: BTreeMap<&'static str, &'static str> = map("author", "ada")
        }),
        row!(r#"`-H "Idempotency-Key: …"`"#, (POST, "/x"), {
            #[endpoint(idempotency_key)] key: Option<IdempotencyKey> = "order-7".parse().ok()
        }),
        row!(
            r#"`-H "Accept: application/vnd.github+json"`"#,
            (GET, "/x", response = Value, accept = "application/vnd.github+json"),
            {}
        ),
        row!(r#"`-H "Authorization: …"`, `-u`"#, (GET, "/x"), {}),
        ("`/repos/OWNER/REPO/…`, the same in many requests", shown(&compare())),
        ("`/compare/BASE...HEAD`", shown(&compare())),
        row!("`/files/a/b.txt`: slashes that the caller chooses", (GET, "/files/{*path}"), { path: &'static str = "a/b.txt" }),
        row!("a `/` at the end of a path", (GET, "/users/{id}/"), { id: u32 = 7 }),
    ]
}

#[test]
fn the_table_of_the_guide_says_what_is_sent() {
    let guide = concat!(env!("CARGO_MANIFEST_DIR"), "/../qelos-client/docs/guide/requests.md");
    let guide = fs::read_to_string(guide).unwrap();
    let table = guide.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" | ")).skip(1);
    let rows = [bodies(), queries_headers_and_paths()].concat();
    let mut all = String::new();
    for ((row, word), (expected, sent)) in table.clone().zip(&rows) {
        assert_eq!(row, *expected);
        all.extend([word.trim_end_matches(" |"), "\n\n", sent, "\n"]);
    }
    assert_eq!(table.count(), rows.len());
    insta::assert_snapshot!(all);
}
