//! What belongs to a repository, which has the owner and the name.

use qelos_client::resource;
use serde_json::{Value, json};

use super::super::{Key, Recorder, documented};
use super::with_headers;

/// <https://docs.github.com/en/rest/repos/repos>
#[resource(
    path = "/repos/{owner}/{repo}", auth = Key, accept = "application/vnd.github+json",
    headers("X-GitHub-Api-Version" = "2022-11-28"),
)]
trait Repo {
    #[get]
    async fn get(&self) -> Value;

    #[patch]
    async fn change(&self, name: Option<&str>, has_wiki: Option<bool>) -> Value;

    #[resource]
    fn issues(&self) -> impl Issues;

    #[resource]
    fn contents(&self) -> impl Contents;

    #[resource]
    fn pulls(&self) -> impl Pulls;

    #[resource]
    fn assets(&self, release_id: u64) -> impl Assets;

    #[resource]
    fn comparisons(&self) -> impl Comparisons;

    #[resource]
    fn git(&self) -> impl Git;

    #[resource]
    fn workflows(&self) -> impl Workflows;
}

/// <https://docs.github.com/en/rest/issues/issues>, <https://docs.github.com/en/rest/issues/labels>,
/// <https://docs.github.com/en/rest/issues/assignees>
#[resource(
    path = "/repos/{owner}/{repo}/issues", auth = Key, accept = "application/vnd.github+json",
    headers("X-GitHub-Api-Version" = "2022-11-28"),
)]
trait Issues {
    #[get]
    async fn list(
        &self,
        state: Option<&str>,
        #[endpoint(query, comma)] labels: &[&str],
        per_page: Option<u8>,
    ) -> Vec<Value>;

    #[post]
    async fn create(
        &self,
        title: &str,
        body: Option<&str>,
        assignees: Option<&[String]>,
        labels: Option<&[String]>,
    ) -> Value;

    #[patch("/{number}")]
    #[allow(clippy::option_option, reason = "a milestone that is `null` is taken off")]
    async fn change(
        &self,
        number: u64,
        state: Option<&str>,
        state_reason: Option<&str>,
        milestone: Option<Option<u64>>,
    ) -> Value;

    #[put("/{number}/lock")]
    async fn lock(&self, number: u64, lock_reason: Option<&str>);

    #[post("/{number}/labels")]
    async fn label(&self, number: u64, labels: &[&str]) -> Vec<Value>;

    #[delete("/{number}/assignees")]
    async fn unassign(&self, number: u64, #[endpoint(json)] assignees: &[&str]) -> Value;
}

/// <https://docs.github.com/en/rest/repos/contents>
#[resource(
    path = "/repos/{owner}/{repo}/contents", auth = Key, accept = "application/vnd.github+json",
    headers("X-GitHub-Api-Version" = "2022-11-28"),
)]
trait Contents {
    #[get("/{*path}", raw = "application/vnd.github.raw+json")]
    async fn read(&self, path: &str, #[endpoint(rename = "ref")] reference: Option<&str>) -> Vec<u8>;

    #[put("/{*path}")]
    async fn write(&self, path: &str, message: &str, committer: Option<&Value>, content: &str) -> Value;

    #[delete("/{*path}")]
    async fn delete(&self, path: &str, #[endpoint(json)] message: &str, #[endpoint(json)] sha: &str) -> Value;
}

/// <https://docs.github.com/en/rest/pulls/pulls>
#[resource(
    path = "/repos/{owner}/{repo}/pulls", auth = Key, accept = "application/vnd.github+json",
    headers("X-GitHub-Api-Version" = "2022-11-28"),
)]
trait Pulls {
    #[get("/{number}")]
    async fn get(&self, number: u64) -> Value;

    #[get("/{number}", raw = "application/vnd.github.diff")]
    async fn diff(&self, number: u64) -> String;

    #[put("/{number}/merge")]
    async fn merge(&self, number: u64, commit_title: Option<&str>, merge_method: Option<&str>) -> Value;
}

/// <https://docs.github.com/en/rest/releases/assets#upload-a-release-asset>, on a server of its own.
#[resource(
    path = "/repos/{owner}/{repo}/releases/{release_id}/assets", places(release_id: u64), auth = Key, accept = "application/vnd.github+json",
    headers("X-GitHub-Api-Version" = "2022-11-28"),
)]
trait Assets {
    #[post]
    async fn upload(
        &self,
        #[endpoint(query)] name: &str,
        #[endpoint(query)] label: Option<&str>,
        #[endpoint(raw = "application/octet-stream")] content: Vec<u8>,
    ) -> Value;
}

/// <https://docs.github.com/en/rest/commits/commits#compare-two-commits>
#[resource(
    path = "/repos/{owner}/{repo}/compare", auth = Key, accept = "application/vnd.github+json",
    headers("X-GitHub-Api-Version" = "2022-11-28"),
)]
trait Comparisons {
    #[get("/{base}...{head}")]
    async fn get(&self, base: &str, head: &str) -> Value;
}

/// <https://docs.github.com/en/rest/git/refs>
#[resource(
    path = "/repos/{owner}/{repo}/git", auth = Key, accept = "application/vnd.github+json",
    headers("X-GitHub-Api-Version" = "2022-11-28"),
)]
trait Git {
    #[get("/ref/{*reference}")]
    async fn reference(&self, reference: &str) -> Value;

    #[post("/refs")]
    async fn create(&self, #[endpoint(rename = "ref")] reference: &str, sha: &str) -> Value;
}

/// <https://docs.github.com/en/rest/actions/workflows#create-a-workflow-dispatch-event>
#[resource(
    path = "/repos/{owner}/{repo}/actions/workflows", auth = Key, accept = "application/vnd.github+json",
    headers("X-GitHub-Api-Version" = "2022-11-28"),
)]
trait Workflows {
    #[post("/{workflow}/dispatches")]
    async fn dispatch(&self, workflow: &str, #[endpoint(rename = "ref")] reference: &str, inputs: Option<&Value>);
}

#[test]
fn repositories() {
    let repo = Recorder.repo("octocat", "Hello-World");
    documented(repo.get(), &with_headers("GET /repos/octocat/Hello-World"));
    documented(
        repo.change(Some("Hello-World"), Some(true)),
        &with_headers(
            r#"PATCH /repos/octocat/Hello-World

               {"name": "Hello-World", "has_wiki": true}"#,
        ),
    );
}

#[test]
fn issues() {
    let repo = Recorder.repo("octocat", "Hello-World");
    let issues = repo.issues();
    let bug = ["bug".to_owned()];
    documented(
        issues.list(Some("open"), &["bug", "ui", "@high"], Some(30)),
        &with_headers("GET /repos/octocat/Hello-World/issues?state=open&labels=bug,ui,@high&per_page=30"),
    );
    documented(
        issues.create("It is late", Some("By a day."), Some(&["octocat".to_owned()]), Some(&bug)),
        &with_headers(
            r#"POST /repos/octocat/Hello-World/issues

               {"title": "It is late", "body": "By a day.", "assignees": ["octocat"], "labels": ["bug"]}"#,
        ),
    );
    documented(
        issues.change(1347, Some("closed"), Some("not_planned"), Some(None)),
        &with_headers(
            r#"PATCH /repos/octocat/Hello-World/issues/1347

               {"state": "closed", "state_reason": "not_planned", "milestone": null}"#,
        ),
    );
    documented(
        issues.lock(1347, Some("off-topic")),
        &with_headers(
            r#"PUT /repos/octocat/Hello-World/issues/1347/lock

               {"lock_reason": "off-topic"}"#,
        ),
    );
    documented(
        issues.label(1347, &["bug", "enhancement"]),
        &with_headers(
            r#"POST /repos/octocat/Hello-World/issues/1347/labels

               {"labels": ["bug", "enhancement"]}"#,
        ),
    );
    documented(
        issues.unassign(1347, &["hubot"]),
        &with_headers(
            r#"DELETE /repos/octocat/Hello-World/issues/1347/assignees

               {"assignees": ["hubot"]}"#,
        ),
    );
}

#[test]
fn contents() {
    let repo = Recorder.repo("octocat", "Hello-World");
    let contents = repo.contents();
    documented(
        contents.read("src/main.rs", Some("v1.2")),
        "GET /repos/octocat/Hello-World/contents/src/main.rs?ref=v1.2
         Accept: application/vnd.github.raw+json
         X-GitHub-Api-Version: 2022-11-28",
    );
    let committer = json!({"name": "Ada", "email": "ada@example.com"});
    documented(
        contents.write("notes/a b.md", "add a note", Some(&committer), "bXkgbm90ZQ=="),
        &with_headers(
            r#"PUT /repos/octocat/Hello-World/contents/notes/a%20b.md

               {
                 "message": "add a note",
                 "committer": {"name": "Ada", "email": "ada@example.com"},
                 "content": "bXkgbm90ZQ=="
               }"#,
        ),
    );
    documented(
        contents.delete("a.md", "remove a note", "95b966ae1c166bd92f8ae7d1c313e738c731dfc3"),
        &with_headers(
            r#"DELETE /repos/octocat/Hello-World/contents/a.md

               {"message": "remove a note", "sha": "95b966ae1c166bd92f8ae7d1c313e738c731dfc3"}"#,
        ),
    );
}

#[test]
fn pulls() {
    let repo = Recorder.repo("octocat", "Hello-World");
    let pulls = repo.pulls();
    documented(pulls.get(1347), &with_headers("GET /repos/octocat/Hello-World/pulls/1347"));
    documented(
        pulls.diff(1347),
        "GET /repos/octocat/Hello-World/pulls/1347
         Accept: application/vnd.github.diff
         X-GitHub-Api-Version: 2022-11-28",
    );
    documented(
        pulls.merge(1347, Some("Oil the wheels"), Some("squash")),
        &with_headers(
            r#"PUT /repos/octocat/Hello-World/pulls/1347/merge

               {"commit_title": "Oil the wheels", "merge_method": "squash"}"#,
        ),
    );
}

#[test]
fn comparisons() {
    let repo = Recorder.repo("octocat", "Hello-World");
    documented(
        repo.comparisons().get("master", "hubot:feature"),
        &with_headers("GET /repos/octocat/Hello-World/compare/master...hubot:feature"),
    );
}

#[test]
fn releases() {
    let repo = Recorder.repo("octocat", "Hello-World");
    documented(
        repo.assets(1).upload("example.zip", Some("short description"), b"PK".to_vec()),
        &with_headers(
            "POST /repos/octocat/Hello-World/releases/1/assets?name=example.zip&label=short%20description
             Content-Type: application/octet-stream

             PK",
        ),
    );
}

#[test]
fn references() {
    let repo = Recorder.repo("octocat", "Hello-World");
    let git = repo.git();
    documented(
        git.reference("heads/feature-a"),
        &with_headers("GET /repos/octocat/Hello-World/git/ref/heads/feature-a"),
    );
    documented(
        git.create("refs/heads/feature-a", "aa218f56b14c9653891f9e74264a383fa43fefbd"),
        &with_headers(
            r#"POST /repos/octocat/Hello-World/git/refs

               {"ref": "refs/heads/feature-a", "sha": "aa218f56b14c9653891f9e74264a383fa43fefbd"}"#,
        ),
    );
}

#[test]
fn workflows() {
    let repo = Recorder.repo("octocat", "Hello-World");
    documented(
        repo.workflows().dispatch("ci.yml", "main", Some(&json!({"logLevel": "warning"}))),
        &with_headers(
            r#"POST /repos/octocat/Hello-World/actions/workflows/ci.yml/dispatches

               {"ref": "main", "inputs": {"logLevel": "warning"}}"#,
        ),
    );
}
