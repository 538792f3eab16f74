//! Elasticsearch: documents and indices, searches in the body of a `GET`, lines of JSON.
//!
//! <https://www.elastic.co/guide/en/elasticsearch/reference/current/rest-apis.html>

use std::error::Error;

use qelos_client::{Format, resource};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Key, Recorder, documented};

/// <https://www.elastic.co/guide/en/elasticsearch/reference/current/indices-create-index.html>,
/// <https://www.elastic.co/guide/en/elasticsearch/reference/current/cat-indices.html>
#[resource(path = "/", auth = Key)]
trait Indices {
    #[put("/{index}")]
    async fn create(&self, index: &str, settings: Option<&Value>, mappings: Option<&Value>) -> Value;

    #[get("/{indices}/_count")]
    async fn count(&self, #[endpoint(path, comma)] indices: &[&str]) -> Value;

    #[get("/_cat/indices/{pattern}", raw = "text/plain")]
    async fn table(&self, pattern: &str, v: bool, s: Option<&str>) -> String;
}

/// <https://www.elastic.co/guide/en/elasticsearch/reference/current/docs-index_.html>,
/// <https://www.elastic.co/guide/en/elasticsearch/reference/current/docs-get.html>,
/// <https://www.elastic.co/guide/en/elasticsearch/reference/current/docs-update.html>
#[resource(path = "/{index}", auth = Key)]
trait Documents {
    #[post("/_doc/")]
    async fn add(&self, #[endpoint(query)] refresh: Option<Refresh>, #[endpoint(body)] document: &Value) -> Value;

    #[get("/_doc/{id}", none = 404)]
    async fn get(
        &self,
        id: &str,
        #[endpoint(query, comma, rename = "_source_includes")] included: &[&str],
        #[endpoint(query, comma, rename = "_source_excludes")] excluded: &[&str],
    ) -> Option<Value>;

    #[head("/_doc/{id}", none = 404)]
    async fn exists(&self, id: &str) -> Option<()>;

    #[post("/_update/{id}")]
    async fn update(&self, id: &str, #[endpoint(query)] retry_on_conflict: Option<u32>, script: &Value) -> Value;

    #[post("/_delete_by_query")]
    async fn delete_where(&self, #[endpoint(query)] conflicts: Option<&str>, query: &Value) -> Value;
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Refresh {
    WaitFor,
}

/// <https://www.elastic.co/guide/en/elasticsearch/reference/current/paginate-search-results.html>,
/// <https://www.elastic.co/guide/en/elasticsearch/reference/current/scroll-api.html>
#[resource(path = "/", auth = Key)]
trait Searches {
    #[get("/{index}/_search", with_body, pages(cursor = after, next = |page: &Found| page.last_sort(), items = |page: Found| page.hits.hits: Hit))]
    async fn run(
        &self,
        index: &str,
        #[endpoint(json)] size: Option<u32>,
        #[endpoint(json)] query: &Value,
        #[endpoint(json)] sort: &[Value],
        #[endpoint(json, rename = "search_after")] after: Option<Vec<Value>>,
    ) -> Found;

    #[delete("/_search/scroll")]
    async fn end_scroll(&self, #[endpoint(json, rename = "scroll_id")] scroll: &str) -> Value;
}

#[derive(Deserialize)]
struct Found {
    hits: Hits,
}

#[derive(Deserialize)]
struct Hits {
    hits: Vec<Hit>,
}

#[derive(Deserialize)]
struct Hit {
    sort: Vec<Value>,
}

impl Found {
    fn last_sort(&self) -> Option<Vec<Value>> {
        self.hits.hits.last().map(|hit| hit.sort.clone())
    }
}

/// <https://www.elastic.co/guide/en/elasticsearch/reference/current/docs-bulk.html>
#[resource(path = "/_bulk", auth = Key)]
trait Bulk {
    #[post]
    async fn run(
        &self,
        #[endpoint(query)] refresh: Option<Refresh>,
        #[endpoint(format = Lines)] operations: &[Operation],
    ) -> Value;
}

/// An action, and the document that it is about.
#[derive(Clone)]
enum Operation {
    Index(&'static str, &'static str, Value),
    Delete(&'static str, &'static str),
}

/// One JSON value on each line, and the last one ends as well.
struct Lines;

impl Format for Lines {
    const MEDIA_TYPE: &'static str = "application/x-ndjson";

    fn read<T: DeserializeOwned>(_: &[u8]) -> Result<T, Box<dyn Error + Send + Sync>> {
        Err("the server reads them".into())
    }

    fn write<T: Serialize>(value: &T) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> {
        let Value::Array(operations) = serde_json::to_value(value)? else { return Err("a list".into()) };
        let lines = operations.into_iter().flat_map(|lines| match lines {
            Value::Array(lines) => lines,
            line => vec![line],
        });
        Ok(lines.flat_map(|line| [line.to_string(), "\n".to_owned()]).collect::<String>().into_bytes())
    }
}

impl Serialize for Operation {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Index(index, id, document) => {
                (json!({"index": {"_id": id, "_index": index}}), document).serialize(serializer)
            }
            Self::Delete(index, id) => json!({"delete": {"_id": id, "_index": index}}).serialize(serializer),
        }
    }
}

#[test]
fn indices() {
    documented(
        Recorder.indices().create(
            "my-index-000001",
            Some(&json!({"number_of_shards": 3, "number_of_replicas": 2})),
            Some(&json!({"properties": {"field1": {"type": "text"}}})),
        ),
        r#"PUT /my-index-000001

           {
             "settings": {"number_of_shards": 3, "number_of_replicas": 2},
             "mappings": {"properties": {"field1": {"type": "text"}}}
           }"#,
    );
    documented(
        Recorder.indices().count(&["my-index-000001", "my-index-000002"]),
        "GET /my-index-000001,my-index-000002/_count",
    );
    documented(
        Recorder.indices().table("my-index-*", true, Some("index")),
        "GET /_cat/indices/my-index-*?v=true&s=index",
    );
}

#[test]
fn documents() {
    let documents = Recorder.documents("my-index-000001");
    documented(
        documents.add(Some(Refresh::WaitFor), &json!({"user": {"id": "kimchy"}})),
        r#"POST /my-index-000001/_doc/?refresh=wait_for

           {"user": {"id": "kimchy"}}"#,
    );
    documented(
        documents.get("0", &["*.id"], &["entities"]),
        "GET /my-index-000001/_doc/0?_source_includes=*.id&_source_excludes=entities",
    );
    documented(documents.exists("0"), "HEAD /my-index-000001/_doc/0");
    documented(
        documents.update(
            "1",
            Some(3),
            &json!({"source": "ctx._source.counter += params.count", "params": {"count": 4}}),
        ),
        r#"POST /my-index-000001/_update/1?retry_on_conflict=3

           {"script": {"source": "ctx._source.counter += params.count", "params": {"count": 4}}}"#,
    );
    documented(
        documents.delete_where(Some("proceed"), &json!({"match_all": {}})),
        r#"POST /my-index-000001/_delete_by_query?conflicts=proceed

           {"query": {"match_all": {}}}"#,
    );
}

#[test]
fn searches() {
    let searches = Recorder.searches();
    documented(
        searches.run(
            "my-index-000001",
            Some(20),
            &json!({"term": {"user.id": "kimchy"}}),
            &[json!({"@timestamp": "asc"})],
            Some(vec![json!("2021-05-20T05:30:04.832Z"), json!(4_294_967_298_u64)]),
        ),
        r#"GET /my-index-000001/_search

           {
             "size": 20,
             "query": {"term": {"user.id": "kimchy"}},
             "sort": [{"@timestamp": "asc"}],
             "search_after": ["2021-05-20T05:30:04.832Z", 4294967298]
           }"#,
    );
    documented(
        searches.end_scroll("DXF1ZXJ5QW5kRmV0Y2gBAAAAAAAAAD4WYm9laVYtZndUQlNsdDcwakFMNjU1QQ=="),
        r#"DELETE /_search/scroll

           {"scroll_id": "DXF1ZXJ5QW5kRmV0Y2gBAAAAAAAAAD4WYm9laVYtZndUQlNsdDcwakFMNjU1QQ=="}"#,
    );
}

#[test]
fn bulks() {
    let operations = [Operation::Index("test", "1", json!({"field1": "value1"})), Operation::Delete("test", "2")];
    documented(
        Recorder.bulk().run(Some(Refresh::WaitFor), &operations),
        r#"POST /_bulk?refresh=wait_for
           Content-Type: application/x-ndjson

           {"index":{"_id":"1","_index":"test"}}
           {"field1":"value1"}
           {"delete":{"_id":"2","_index":"test"}}"#,
    );
}
