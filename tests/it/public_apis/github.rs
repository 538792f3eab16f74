//! Repositories of GitHub: pages by the header `Link`, the limit of requests, conditional requests, statuses that say
//! yes or no, an archive on another server, and refusals by status.

mod server;

use http::Uri;
use qelos_client::auth::Public;
use qelos_client::{ApiError, Client, Download, ETag, Endpoint, IfChanged, Response, resource};
use serde::Deserialize;

use super::{AccessToken, WithToken, client_with, parameter};

#[resource(path = "/repos/{owner}/{repo}", auth = WithToken)]
trait Repositories {
    /// <https://docs.github.com/en/rest/repos/repos#get-a-repository>
    #[get]
    async fn get(
        &self,
        owner: &str,
        repo: &str,
        #[endpoint(header = "if-none-match")] known: Option<&ETag>,
    ) -> IfChanged<Repository>;

    /// <https://docs.github.com/en/rest/issues/issues#list-repository-issues>
    #[get("/issues", error = Refused, pages(cursor = page, link = links, items = issues: Issue))]
    async fn issues(
        &self,
        owner: &str,
        repo: &str,
        state: Option<&str>,
        per_page: Option<u32>,
        page: Option<u32>,
    ) -> IssuePage;

    /// <https://docs.github.com/en/rest/issues/issues#create-an-issue>
    #[post("/issues", error = Refused)]
    async fn create_issue(&self, owner: &str, repo: &str, title: &str, labels: &[String]) -> Issue;

    /// <https://docs.github.com/en/rest/repos/contents#download-a-repository-archive-zip>
    #[get("/zipball/{*reference}")]
    async fn zipball(&self, owner: &str, repo: &str, reference: &str) -> Archive;
}

#[resource(path = "/user/starred", auth = WithToken)]
trait Starred {
    /// <https://docs.github.com/en/rest/activity/starring#check-if-a-repository-is-starred-by-the-authenticated-user>
    #[get("/{owner}/{repo}")]
    async fn is_starred(&self, owner: &str, repo: &str) -> IsStarred;
}

/// The same, as an `Option`.
#[derive(Endpoint)]
#[endpoint(GET, "/user/starred/{owner}/{repo}", response = Option<()>, none = 404, auth = WithToken)]
struct FindStarred {
    owner: &'static str,
    repo: &'static str,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Repository {
    id: u64,
    full_name: String,
    private: bool,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Issue {
    number: u64,
    title: String,
}

#[derive(Debug, PartialEq, Response)]
struct IssuePage {
    #[response(header = "link")]
    links: Option<String>,
    #[response(header = "x-ratelimit-remaining")]
    remaining: u32,
    #[response(header = "x-ratelimit-reset")]
    reset: u64,
    #[response(body)]
    issues: Vec<Issue>,
}

#[derive(Debug, PartialEq, Response)]
enum IsStarred {
    #[response(204)]
    Yes,
    #[response(404)]
    No,
}

#[derive(Debug, PartialEq, Response)]
enum Archive {
    #[response(302)]
    At {
        #[response(header)]
        location: String,
    },
}

#[derive(Debug, PartialEq, Response)]
enum Refused {
    #[response(403, 429)]
    TooMany {
        #[response(status)]
        status: u16,
        #[response(header = "x-ratelimit-remaining")]
        remaining: u32,
        #[response(header = "x-ratelimit-reset")]
        reset: u64,
        message: String,
    },
    #[response(410)]
    IssuesAreOff,
    #[response(422)]
    Invalid { message: String, errors: Vec<Problem> },
    #[response(_)]
    Other(ApiError),
}

#[derive(Debug, PartialEq, Deserialize)]
struct Problem {
    resource: String,
    field: String,
    code: String,
}

/// The server that an archive is read from: the address is in `location`, and the token for it in the query.
#[derive(Endpoint)]
#[endpoint(GET, "/{*path}", response = Download, auth = Public)]
struct ReadArchive<'a> {
    path: &'a str,
    token: Option<String>,
}

async fn client() -> Client<AccessToken> {
    client_with(&server::start().await, "t-1")
}

#[tokio::test]
async fn a_repository_is_read_unless_it_is_known() {
    let client = client().await;
    let repositories = client.repositories();
    let IfChanged::Changed { etag, value } = repositories.get("ada", "engine", None).await.unwrap() else {
        panic!("it is not known yet")
    };
    assert_eq!(value, Repository { id: 1815, full_name: "ada/engine".to_owned(), private: false });
    assert!(etag.as_ref().unwrap().is_weak());
    let again = repositories.get("ada", "engine", etag.as_ref()).await.unwrap();
    assert_eq!(again, IfChanged::Unchanged);
    let error = repositories.get("ada", "nothing", etag.as_ref()).await.unwrap_err();
    assert!(error.is_not_found() && error.to_string().contains("Not Found"), "{error}");
}

#[tokio::test]
async fn issues_are_read_page_by_page() {
    let client = client().await;
    let repositories = client.repositories();
    let page = repositories.issues("ada", "engine", Some("open"), Some(2), Some(2)).await.unwrap();
    let issues = [3, 4].map(|number| Issue { number, title: format!("Wheel {number}") });
    assert_eq!((page.remaining, page.reset, &*page.issues), (4999, 1_792_567_680, &issues[..]));

    let mut issues = repositories.issues_items("ada", "engine", Some("open"), Some(2), None);
    let mut numbers = Vec::new();
    while let Some(issue) = issues.next().await {
        numbers.push(issue.unwrap().number);
    }
    assert_eq!(numbers, [1, 2, 3, 4, 5]);
}

#[tokio::test]
async fn a_limit_of_requests_is_a_refusal_of_its_own() {
    let client = client().await;
    let error = client.repositories().issues("ada", "popular", None, None, None).await.unwrap_err();
    let declared = error.declared::<RepositoriesIssues>().unwrap().unwrap();
    let message = "API rate limit exceeded for user ID 1.".to_owned();
    assert_eq!(declared, Refused::TooMany { status: 403, remaining: 0, reset: 1_792_567_680, message });
}

#[tokio::test]
async fn a_status_says_whether_a_repository_is_starred() {
    let client = client().await;
    let starred = client.starred();
    assert_eq!(starred.is_starred("ada", "engine").await.unwrap(), IsStarred::Yes);
    assert_eq!(starred.is_starred("ada", "loom").await.unwrap(), IsStarred::No);
    assert_eq!(client.call(&FindStarred { owner: "ada", repo: "engine" }).await.unwrap(), Some(()));
    assert_eq!(client.call(&FindStarred { owner: "ada", repo: "loom" }).await.unwrap(), None);
    let stranger = client_with(&server::start().await, "t-2");
    let error = stranger.starred().is_starred("ada", "engine").await.unwrap_err();
    assert!(error.is_unauthorized() && error.to_string().contains("Bad credentials"), "{error}");
}

#[tokio::test]
async fn an_archive_is_read_where_the_server_says() {
    let client = client().await;
    let Archive::At { location } = client.repositories().zipball("ada", "engine", "refs/heads/main").await.unwrap();
    let location: Uri = location.parse().unwrap();
    let token = parameter(location.query(), "token");
    let origin = format!("{}://{}", location.scheme_str().unwrap(), location.authority().unwrap());
    // A client of its own: the token of the user stays with the server that it is for.
    let archives = Client::new(&origin).unwrap();
    let path = location.path().trim_start_matches('/');
    let mut zip = archives.call(&ReadArchive { path, token }).await.unwrap();
    assert_eq!(zip.length(), None, "archives are made while they are sent");
    let first = zip.next().await.unwrap().unwrap();
    assert!(first.starts_with(b"PK\x03\x04"));
    assert_eq!(zip.collect(1 << 20).await.unwrap().len() + first.len(), server::archive().len());

    let error = archives.call(&ReadArchive { path, token: None }).await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    let cut = archives.call(&ReadArchive { path, token: Some("cut".to_owned()) }).await.unwrap();
    assert!(cut.collect(1 << 20).await.unwrap_err().is_broken());
}

#[tokio::test]
async fn an_issue_is_created_or_refused_by_status() {
    let client = client().await;
    let repositories = client.repositories();
    let created = repositories.create_issue("ada", "engine", "Oil the wheels", &["bug".to_owned()]).await.unwrap();
    assert_eq!(created, Issue { number: 6, title: "Oil the wheels".to_owned() });

    let declared = async |repo, title| {
        let error = client.repositories().create_issue("ada", repo, title, &[]).await.unwrap_err();
        error.declared::<RepositoriesCreateIssue>().unwrap().unwrap()
    };
    let problem = |code: &str| Problem { resource: "Issue".into(), field: "title".into(), code: code.into() };
    let invalid = Refused::Invalid { message: "Validation Failed".into(), errors: vec![problem("missing_field")] };
    assert_eq!(declared("engine", "").await, invalid);
    assert_eq!(declared("archived", "Oil").await, Refused::IssuesAreOff);
    let Refused::Other(error) = declared("nothing", "Oil").await else { panic!("not declared") };
    assert_eq!((error.status().as_u16(), error.message()), (404, Some("Not Found")));
}
