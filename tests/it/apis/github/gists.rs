//! What belongs to no repository: gists, searches, stars, texts.

use std::collections::BTreeMap;

use qelos_client::resource;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::{Key, Recorder, documented};
use super::with_headers;

/// <https://docs.github.com/en/rest/gists/gists>
#[resource(
    path = "/gists", auth = Key, accept = "application/vnd.github+json",
    headers("X-GitHub-Api-Version" = "2022-11-28"),
)]
trait Gists {
    #[post]
    async fn create(&self, description: Option<&str>, public: Option<bool>, files: &BTreeMap<String, File>) -> Value;

    /// A file that is `null` is deleted.
    #[patch("/{gist_id}")]
    async fn change(&self, gist_id: &str, files: &BTreeMap<String, Option<File>>) -> Value;
}

#[derive(Serialize)]
struct File {
    content: &'static str,
}

/// <https://docs.github.com/en/rest/search/search>
#[resource(
    path = "/search", auth = Key, accept = "application/vnd.github.text-match+json",
    headers("X-GitHub-Api-Version" = "2022-11-28"),
)]
trait Search {
    #[get("/issues", pages(number = page, items = items: Value))]
    async fn issues(&self, q: &str, sort: Option<&str>, order: Option<Order>, per_page: Option<u8>, page: u32)
    -> Found;
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "lowercase")]
enum Order {
    Asc,
}

#[derive(Deserialize)]
struct Found {
    items: Vec<Value>,
}

/// <https://docs.github.com/en/rest/activity/starring>,
/// <https://docs.github.com/en/rest/activity/notifications>
#[resource(
    path = "/", auth = Key, accept = "application/vnd.github+json",
    headers("X-GitHub-Api-Version" = "2022-11-28"),
)]
trait Activity {
    #[put("/user/starred/{owner}/{repo}")]
    async fn star(&self, owner: &str, repo: &str);

    #[get("/notifications")]
    async fn notifications(
        &self,
        all: Option<bool>,
        since: Option<&str>,
        #[endpoint(header = "If-Modified-Since")] known: Option<&str>,
    ) -> Vec<Value>;
}

/// <https://docs.github.com/en/rest/markdown/markdown#render-a-markdown-document-in-raw-mode>
#[resource(path = "/markdown", auth = Key, headers("X-GitHub-Api-Version" = "2022-11-28"))]
trait Markdown {
    #[post("/raw", raw = "text/html")]
    async fn render(&self, #[endpoint(raw = "text/plain")] text: &str) -> String;
}

#[test]
fn gists() {
    let gists = Recorder.gists();
    let files = BTreeMap::from([("README.md".to_owned(), File { content: "Hello World" })]);
    documented(
        gists.create(Some("Example"), Some(false), &files),
        &with_headers(
            r#"POST /gists

               {"description": "Example", "public": false, "files": {"README.md": {"content": "Hello World"}}}"#,
        ),
    );
    let changes = [("a.md".to_owned(), Some(File { content: "new" })), ("b.md".to_owned(), None)];
    documented(
        gists.change("aa5a315d61ae9438b18d", &BTreeMap::from(changes)),
        &with_headers(
            r#"PATCH /gists/aa5a315d61ae9438b18d

               {"files": {"a.md": {"content": "new"}, "b.md": null}}"#,
        ),
    );
}

#[test]
fn searches() {
    documented(
        Recorder.search().issues(
            "windows label:bug language:python state:open",
            Some("created"),
            Some(Order::Asc),
            Some(100),
            1,
        ),
        "GET /search/issues?q=windows+label:bug+language:python+state:open&sort=created&order=asc&per_page=100&page=1
         Accept: application/vnd.github.text-match+json
         X-GitHub-Api-Version: 2022-11-28",
    );
}

#[test]
fn activity() {
    let activity = Recorder.activity();
    documented(activity.star("octocat", "hello-world"), &with_headers("PUT /user/starred/octocat/hello-world"));
    documented(
        activity.notifications(Some(true), Some("2022-10-31T00:00:00Z"), Some("Thu, 25 Oct 2012 15:16:27 GMT")),
        &with_headers(
            "GET /notifications?all=true&since=2022-10-31T00:00:00Z
             If-Modified-Since: Thu, 25 Oct 2012 15:16:27 GMT",
        ),
    );
}

#[test]
fn markdown() {
    documented(
        Recorder.markdown().render("Hello **world**"),
        "POST /markdown/raw
         Accept: text/html
         X-GitHub-Api-Version: 2022-11-28
         Content-Type: text/plain

         Hello **world**",
    );
}
