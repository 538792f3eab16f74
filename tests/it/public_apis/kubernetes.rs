//! Pods of Kubernetes: a list in chunks, changes as they happen, and logs.

mod server;

use qelos_client::stream::{Marker, StreamRules};
use qelos_client::{Client, Download, Lines, resource};
use serde::Deserialize;

use self::server::Watched;
use super::{AccessToken, WithToken, client_with};

/// A watch that the server ends by saying why: `{"type":"ERROR","object":{"kind":"Status", …}}`.
const WATCH: StreamRules = StreamRules::new().fails_with(Marker::Field("type", "ERROR"));

/// <https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/>
#[resource(path = "/api/v1/namespaces/{namespace}/pods", auth = WithToken)]
trait Pods {
    #[get(error = Status, pages(cursor = from, next = metadata.next, items = items))]
    async fn list(
        &self,
        namespace: &str,
        #[endpoint(rename = "labelSelector")] labels: Option<&str>,
        limit: Option<u32>,
        #[endpoint(rename = "continue")] from: Option<String>,
    ) -> List<Pod>;

    #[get(error = Status, stream = WATCH)]
    async fn watch(
        &self,
        namespace: &str,
        watch: bool,
        #[endpoint(rename = "resourceVersion")] after: &str,
    ) -> Lines<Change>;

    #[get("/{name}/log", error = Status)]
    async fn log(&self, namespace: &str, name: &str, follow: bool) -> Download;
}

#[derive(Debug, PartialEq, Deserialize)]
struct List<T> {
    metadata: ListMeta,
    items: Vec<T>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct ListMeta {
    #[serde(rename = "resourceVersion")]
    version: String,
    #[serde(rename = "continue")]
    next: Option<String>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Pod {
    metadata: Meta,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Meta {
    name: Option<String>,
    #[serde(rename = "resourceVersion")]
    version: String,
}

/// One line of a watch.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(tag = "type", content = "object", rename_all = "UPPERCASE")]
enum Change {
    Added(Pod),
    Modified(Pod),
    Deleted(Pod),
    Bookmark(Pod),
}

/// The body of each refusal, and the object of a failed watch.
#[derive(Debug, PartialEq, Deserialize)]
struct Status {
    reason: String,
    code: u16,
}

fn pod(name: &str, version: u32) -> Pod {
    Pod { metadata: Meta { name: Some(name.to_owned()), version: version.to_string() } }
}

async fn client() -> (Client<AccessToken>, Watched) {
    let (url, watched) = server::start().await;
    (client_with(&url, "t-1"), watched)
}

#[tokio::test]
async fn a_list_goes_on_where_the_chunk_before_ended() {
    let (client, _) = client().await;
    let pods = client.pods();
    let first = pods.list("default", Some("app=web"), Some(2), None).await.unwrap();
    assert_eq!((first.metadata.version.as_str(), &*first.items), ("40", &[pod("web-0", 1), pod("web-1", 2)][..]));
    let mut all = pods.list_items("default", Some("app=web"), Some(2), None);
    let mut names = Vec::new();
    while let Some(pod) = all.next().await {
        names.push(pod.unwrap().metadata.name.unwrap());
    }
    assert_eq!(names, ["web-0", "web-1", "web-2", "web-3", "web-4"]);

    let expired = pods.list("default", Some("app=web"), Some(2), Some("old".to_owned())).await.unwrap_err();
    let status = expired.declared::<PodsList>().unwrap().unwrap();
    assert_eq!(status, Status { reason: "Expired".to_owned(), code: 410 });
    let stranger = client_with(&server::start().await.0, "t-2");
    let error = stranger.pods().list("default", None, None, None).await.unwrap_err();
    assert_eq!(error.declared::<PodsList>().unwrap().unwrap().reason, "Unauthorized");
}

#[tokio::test]
async fn changes_arrive_as_they_happen() {
    let (client, watched) = client().await;
    let mut changes = client.pods().watch("default", true, "40").await.unwrap();
    watched.line(r#"{"type":"ADDED","object":{"kind":"Pod","metadata":{"name":"web-5","resourceVersion":"41"}}}"#);
    assert_eq!(changes.next().await.unwrap().unwrap(), Change::Added(pod("web-5", 41)));
    watched.line(r#"{"type":"BOOKMARK","object":{"kind":"Pod","metadata":{"resourceVersion":"45"}}}"#);
    let bookmark = Pod { metadata: Meta { name: None, version: "45".to_owned() } };
    assert_eq!(changes.next().await.unwrap().unwrap(), Change::Bookmark(bookmark));
    watched.line(r#"{"type":"DELETED","object":{"kind":"Pod","metadata":{"name":"web-0","resourceVersion":"46"}}}"#);
    assert_eq!(changes.next().await.unwrap().unwrap(), Change::Deleted(pod("web-0", 46)));
    assert!(!watched.is_closed());
    drop(changes);
    watched.closed().await;
}

#[tokio::test]
async fn a_watch_from_a_version_that_is_gone_says_so() {
    let (client, watched) = client().await;
    let mut changes = client.pods().watch("default", true, "40").await.unwrap();
    watched.line(r#"{"type":"ERROR","object":{"kind":"Status","reason":"Expired","code":410}}"#);
    let error = changes.next().await.unwrap().unwrap_err();
    let failure: Failure = serde_json::from_str(error.failure().unwrap()).unwrap();
    assert_eq!(failure.object, Status { reason: "Expired".to_owned(), code: 410 });

    let error = client.pods().watch("default", true, "1").await.unwrap_err();
    assert_eq!(error.declared::<PodsWatch>().unwrap().unwrap().reason, "Expired");
}

/// The data of a failed watch.
#[derive(Deserialize)]
struct Failure {
    object: Status,
}

#[tokio::test]
async fn a_watch_that_is_cut_is_an_error() {
    let (client, watched) = client().await;
    let mut changes = client.pods().watch("default", true, "40").await.unwrap();
    watched.cut();
    assert!(changes.next().await.unwrap().unwrap_err().is_broken());
    assert!(changes.next().await.is_none());
}

#[tokio::test]
async fn a_log_is_read_as_it_is_written() {
    let (client, watched) = client().await;
    let mut log = client.pods().log("default", "web-0", true).await.unwrap();
    for line in ["listening on :80", "GET / 200"] {
        watched.line(line);
        let mut read = Vec::new();
        while read.last() != Some(&b'\n') {
            read.extend_from_slice(&log.next().await.unwrap().unwrap());
        }
        assert_eq!(String::from_utf8(read).unwrap(), format!("{line}\n"));
    }
    let error = client.pods().log("default", "web-9", true).await.unwrap_err();
    assert_eq!(error.declared::<PodsLog>().unwrap().unwrap(), Status { reason: "NotFound".to_owned(), code: 404 });
}
