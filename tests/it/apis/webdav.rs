//! `WebDAV`: files and collections of a server, as RFC 4918 declares and shows them.
//!
//! <https://www.rfc-editor.org/rfc/rfc4918>

use qelos_client::resource;
use serde::Serialize;

use super::{Key, Recorder, documented};

const XML: &str = r#"application/xml; charset="utf-8""#;

/// How many levels below a collection are meant.
#[derive(Clone, Serialize)]
enum Depth {
    #[serde(rename = "0")]
    Zero,
    #[serde(rename = "1")]
    One,
    #[serde(rename = "infinity")]
    Infinity,
}

#[derive(Clone, Serialize)]
enum Overwrite {
    #[serde(rename = "F")]
    No,
}

#[resource(path = "/", auth = Key)]
trait Files {
    #[method(PROPFIND, "/{*path}", raw = "application/xml")]
    async fn find(
        &self,
        path: &str,
        #[endpoint(header = "Depth")] depth: Depth,
        #[endpoint(raw = "application/xml; charset=\"utf-8\"")] properties: &str,
    ) -> String;

    #[method(PROPPATCH, "/{*path}", raw = "application/xml")]
    async fn change(
        &self,
        path: &str,
        #[endpoint(header = "If")] condition: Option<&str>,
        #[endpoint(raw = "application/xml; charset=\"utf-8\"")] changes: &str,
    ) -> String;

    #[method(COPY, "/{*path}")]
    async fn copy(
        &self,
        path: &str,
        #[endpoint(header = "Destination")] to: &str,
        #[endpoint(header = "Overwrite")] overwrite: Option<Overwrite>,
    );

    #[method(MOVE, "/{*path}")]
    async fn rename(&self, path: &str, #[endpoint(header = "Destination")] to: &str);

    #[method(LOCK, "/{*path}", raw = "application/xml")]
    async fn lock(
        &self,
        path: &str,
        #[endpoint(header = "Timeout")] timeout: &str,
        #[endpoint(raw = "application/xml; charset=\"utf-8\"")] info: &str,
    ) -> String;

    #[method(LOCK, "/{*path}", raw = "application/xml")]
    async fn refresh_lock(
        &self,
        path: &str,
        #[endpoint(header = "Timeout")] timeout: &str,
        #[endpoint(header = "If")] token: &str,
    ) -> String;

    #[method(UNLOCK, "/{*path}")]
    async fn unlock(&self, path: &str, #[endpoint(header = "Lock-Token")] token: &str);
}

/// Collections end with a slash.
#[resource(path = "/", auth = Key)]
trait Collections {
    #[method(PROPFIND, "/{*path}/", raw = "application/xml")]
    async fn find(
        &self,
        path: &str,
        #[endpoint(header = "Depth")] depth: Depth,
        #[endpoint(raw = "application/xml; charset=\"utf-8\"")] properties: &str,
    ) -> String;

    #[method(MKCOL, "/{*path}/")]
    async fn make(&self, path: &str);

    #[method(COPY, "/{*path}/")]
    async fn copy(
        &self,
        path: &str,
        #[endpoint(header = "Destination")] to: &str,
        #[endpoint(header = "Depth")] depth: Option<Depth>,
    );
}

/// Sections 9.1.5 and 9.2.2.
#[test]
fn properties() {
    let all = r#"<?xml version="1.0" encoding="utf-8" ?><D:propfind xmlns:D="DAV:"><D:allprop/></D:propfind>"#;
    documented(
        Recorder.collections().find("container", Depth::One, all),
        &format!("PROPFIND /container/\nDepth: 1\nContent-Type: {XML}\n\n{all}"),
    );
    let set = r#"<D:propertyupdate xmlns:D="DAV:"><D:remove><D:prop><Z:Copyright-Owner/></D:prop></D:remove></D:propertyupdate>"#;
    documented(
        Recorder.files().find("file", Depth::Zero, all),
        &format!("PROPFIND /file\nDepth: 0\nContent-Type: {XML}\n\n{all}"),
    );
    documented(
        Recorder.files().change("bar.html", None, set),
        &format!("PROPPATCH /bar.html\nContent-Type: {XML}\n\n{set}"),
    );
}

/// Sections 9.3.1, 9.8.4, 9.8.5 and 9.9.5.
#[test]
fn copies() {
    let (files, collections) = (Recorder.files(), Recorder.collections());
    documented(collections.make("webdisc/xfiles"), "MKCOL /webdisc/xfiles/");
    documented(
        files.copy("~fielding/index.html", "http://www.example.com/users/f/fielding/index.html", Some(Overwrite::No)),
        "COPY /~fielding/index.html
         Destination: http://www.example.com/users/f/fielding/index.html
         Overwrite: F",
    );
    documented(
        collections.copy("container", "http://www.example.com/othercontainer/", Some(Depth::Infinity)),
        "COPY /container/
         Destination: http://www.example.com/othercontainer/
         Depth: infinity",
    );
    documented(
        files.rename("~fielding/index.html", "http://www.example/users/f/fielding/index.html"),
        "MOVE /~fielding/index.html
         Destination: http://www.example/users/f/fielding/index.html",
    );
}

/// Sections 9.10.7, 9.10.8 and 9.11.1.
#[test]
fn locks() {
    let exclusive = r#"<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope></D:lockinfo>"#;
    documented(
        Recorder.files().lock("workspace/webdav/proposal.doc", "Infinite, Second-4100000000", exclusive),
        &format!(
            "LOCK /workspace/webdav/proposal.doc\nTimeout: Infinite, Second-4100000000\nContent-Type: {XML}\n\n{exclusive}"
        ),
    );
    documented(
        Recorder.files().refresh_lock(
            "workspace/webdav/proposal.doc",
            "Infinite, Second-4100000000",
            "(<urn:uuid:e71d4fae-5dec-22d6-fea5-00a0c91e6be4>)",
        ),
        "LOCK /workspace/webdav/proposal.doc
         Timeout: Infinite, Second-4100000000
         If: (<urn:uuid:e71d4fae-5dec-22d6-fea5-00a0c91e6be4>)",
    );
    documented(
        Recorder.files().unlock("workspace/webdav/info.doc", "<urn:uuid:a515cfa4-5da4-22e1-f5b5-00a0451e6bf7>"),
        "UNLOCK /workspace/webdav/info.doc
         Lock-Token: <urn:uuid:a515cfa4-5da4-22e1-f5b5-00a0451e6bf7>",
    );
}
