//! Kubernetes: objects of a namespace, patches of several kinds, subresources.
//!
//! <https://kubernetes.io/docs/reference/using-api/api-concepts/>

use qelos_client::{Lines, resource};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Key, Recorder, documented};

/// <https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes>,
/// <https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/>
#[resource(path = "/api/v1/namespaces/{namespace}/pods", auth = Key)]
trait Pods {
    #[get(pages(cursor = from, next = metadata.next, items = items: Value))]
    async fn list(
        &self,
        #[endpoint(rename = "labelSelector")] labels: Option<&str>,
        #[endpoint(rename = "fieldSelector")] fields: Option<&str>,
        limit: Option<u32>,
        #[endpoint(rename = "continue")] from: Option<String>,
    ) -> List;

    #[get("?watch=1")]
    async fn watch(
        &self,
        #[endpoint(rename = "resourceVersion")] after: &str,
        #[endpoint(rename = "allowWatchBookmarks")] bookmarks: Option<bool>,
    ) -> Lines<Value>;

    #[post]
    async fn create(
        &self,
        #[endpoint(query, rename = "dryRun")] dry_run: Option<&str>,
        #[endpoint(body)] pod: &Value,
    ) -> Value;

    #[get("/{name}/log", raw = "text/plain")]
    async fn log(
        &self,
        name: &str,
        container: Option<&str>,
        #[endpoint(rename = "tailLines")] tail: Option<u32>,
        timestamps: Option<bool>,
    ) -> String;

    /// <https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/>
    #[post("/{pod}/eviction")]
    async fn evict(&self, pod: &str, #[endpoint(body)] eviction: &Value) -> Value;
}

#[derive(Deserialize)]
struct List {
    metadata: ListMeta,
    items: Vec<Value>,
}

#[derive(Deserialize)]
struct ListMeta {
    #[serde(rename = "continue")]
    next: String,
}

/// <https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables>
#[resource(path = "/api/v1/pods", auth = Key)]
trait AllPods {
    #[get(accept = "application/json;as=Table;g=meta.k8s.io;v=v1")]
    async fn table(&self, limit: Option<u32>) -> Value;
}

/// <https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/>,
/// <https://kubernetes.io/docs/reference/using-api/server-side-apply/>
#[resource(path = "/apis/apps/v1/namespaces/{namespace}", auth = Key)]
trait Deployments {
    #[patch("/deployments/{name}", content_type = "application/strategic-merge-patch+json")]
    async fn patch(&self, name: &str, #[endpoint(body)] patch: &Value) -> Value;

    #[patch("/deployments/{name}", content_type = "application/merge-patch+json")]
    async fn merge(&self, name: &str, #[endpoint(body)] patch: &Value) -> Value;

    #[patch("/deployments/{name}", content_type = "application/apply-patch+yaml")]
    async fn apply(
        &self,
        name: &str,
        #[endpoint(query, rename = "fieldManager")] manager: &str,
        #[endpoint(query)] force: Option<bool>,
        #[endpoint(body)] wanted: &Value,
    ) -> Value;

    #[put("/deployments/{name}/scale")]
    async fn scale(&self, name: &str, #[endpoint(body)] scale: &Value) -> Value;

    /// <https://kubernetes.io/docs/tasks/administer-cluster/use-cascading-deletion/>
    #[delete("/deployments/{name}")]
    async fn delete(&self, name: &str, #[endpoint(body)] options: &DeleteOptions) -> Value;
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
enum DeleteOptions {
    #[serde(rename = "DeleteOptions", rename_all = "camelCase")]
    Options { api_version: &'static str, propagation_policy: Propagation },
}

#[derive(Serialize)]
enum Propagation {
    Foreground,
}

/// <https://kubernetes.io/docs/tasks/administer-cluster/extended-resource-node/>
#[resource(path = "/api/v1/nodes", auth = Key)]
trait Nodes {
    #[patch("/{name}/status", content_type = "application/json-patch+json")]
    async fn patch_status(&self, name: &str, #[endpoint(body)] patch: &[Value]) -> Value;
}

/// <https://kubernetes.io/docs/tasks/access-application-cluster/access-cluster-services/>
#[resource(path = "/api/v1/namespaces/{namespace}/services/{scheme}:{name}:{port}", auth = Key)]
trait Service {
    #[get("/proxy/{*path}", raw)]
    async fn proxy(&self, path: &str, q: Option<&str>) -> Vec<u8>;
}

/// <https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris>
#[resource(path = "/apis/{group}/{version}/namespaces/{namespace}/{plural}", auth = Key)]
trait Objects<T> {
    #[get]
    async fn list(&self) -> ListOf<T>;

    #[get("/{name}", none = 404)]
    async fn get(&self, name: &str) -> Option<T>;
}

#[derive(Deserialize)]
struct ListOf<T> {
    #[allow(dead_code, reason = "the recorder responds with the request")]
    items: Vec<T>,
}

#[test]
fn services() {
    documented(
        Recorder.service("kube-system", "https", "elasticsearch-logging", "db").proxy("_search", Some("user:kimchy")),
        "GET /api/v1/namespaces/kube-system/services/https:elasticsearch-logging:db/proxy/_search?q=user:kimchy",
    );
}

#[test]
fn objects_of_any_kind() {
    let cron_tabs = Recorder.objects::<Value>("stable.example.com", "v1", "default", "crontabs");
    documented(cron_tabs.list(), "GET /apis/stable.example.com/v1/namespaces/default/crontabs");
    documented(cron_tabs.get("nightly"), "GET /apis/stable.example.com/v1/namespaces/default/crontabs/nightly");
}

#[test]
fn pods() {
    let (pods, of_default) = (Recorder.pods("test"), Recorder.pods("default"));
    documented(
        pods.list(Some("environment in (production),tier!=frontend"), None, Some(500), None),
        "GET /api/v1/namespaces/test/pods?labelSelector=environment%20in%20%28production%29%2Ctier%21%3Dfrontend&limit=500",
    );
    documented(
        pods.list(None, Some("status.phase=Running"), None, Some("ENCODED_CONTINUE_TOKEN".to_owned())),
        "GET /api/v1/namespaces/test/pods?fieldSelector=status.phase%3DRunning&continue=ENCODED_CONTINUE_TOKEN",
    );
    documented(
        pods.watch("10245", Some(true)),
        "GET /api/v1/namespaces/test/pods?watch=1&resourceVersion=10245&allowWatchBookmarks=true",
    );
    documented(
        pods.create(Some("All"), &json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}})),
        r#"POST /api/v1/namespaces/test/pods?dryRun=All

           {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}}"#,
    );
    documented(
        of_default.log("web", Some("nginx"), Some(20), Some(true)),
        "GET /api/v1/namespaces/default/pods/web/log?container=nginx&tailLines=20&timestamps=true",
    );
    documented(
        of_default.evict("quux",
            &json!({"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "quux", "namespace": "default"}}),
        ),
        r#"POST /api/v1/namespaces/default/pods/quux/eviction

           {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "quux", "namespace": "default"}}"#,
    );
    documented(
        Recorder.all_pods().table(None),
        "GET /api/v1/pods\nAccept: application/json;as=Table;g=meta.k8s.io;v=v1",
    );
}

#[test]
fn changes() {
    let deployments = Recorder.deployments("default");
    let image = json!({"spec": {"template": {"spec": {"containers": [{"name": "redis", "image": "redis"}]}}}});
    documented(
        deployments.patch("patch-demo", &image),
        r#"PATCH /apis/apps/v1/namespaces/default/deployments/patch-demo
           Content-Type: application/strategic-merge-patch+json

           {"spec": {"template": {"spec": {"containers": [{"name": "redis", "image": "redis"}]}}}}"#,
    );
    documented(
        deployments.merge("patch-demo", &json!({"spec": {"template": {"spec": {"tolerations": null}}}})),
        r#"PATCH /apis/apps/v1/namespaces/default/deployments/patch-demo
           Content-Type: application/merge-patch+json

           {"spec": {"template": {"spec": {"tolerations": null}}}}"#,
    );
    documented(
        deployments.apply("nginx", "ci", Some(true), &json!({"apiVersion": "apps/v1", "kind": "Deployment"})),
        r#"PATCH /apis/apps/v1/namespaces/default/deployments/nginx?fieldManager=ci&force=true
           Content-Type: application/apply-patch+yaml

           {"apiVersion": "apps/v1", "kind": "Deployment"}"#,
    );
    documented(
        deployments.scale("nginx", &json!({"kind": "Scale", "spec": {"replicas": 3}})),
        r#"PUT /apis/apps/v1/namespaces/default/deployments/nginx/scale

           {"kind": "Scale", "spec": {"replicas": 3}}"#,
    );
    let foreground = DeleteOptions::Options { api_version: "v1", propagation_policy: Propagation::Foreground };
    documented(
        deployments.delete("nginx-deployment", &foreground),
        r#"DELETE /apis/apps/v1/namespaces/default/deployments/nginx-deployment
           Content-Type: application/json

           {"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Foreground"}"#,
    );
    let dongles = json!({"op": "add", "path": "/status/capacity/example.com~1dongle", "value": "4"});
    documented(
        Recorder.nodes().patch_status("k8s-node-1", &[dongles]),
        r#"PATCH /api/v1/nodes/k8s-node-1/status
           Content-Type: application/json-patch+json

           [{"op": "add", "path": "/status/capacity/example.com~1dongle", "value": "4"}]"#,
    );
}
