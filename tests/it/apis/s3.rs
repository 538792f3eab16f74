//! Amazon S3: objects of a bucket, which is a server of its own, and documents of XML.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html>

use std::collections::BTreeMap;

use qelos_client::{Download, Response, resource};

use super::{Key, Recorder, documented};

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html>, `API_GetObject`, `API_HeadObject`,
/// `API_DeleteObject`, `API_CopyObject`, `API_UploadPart`
#[resource(path = "/", auth = Key)]
trait Objects {
    #[put("/{*key}")]
    async fn put(
        &self,
        key: &str,
        #[endpoint(header = "x-amz-acl")] acl: Option<&str>,
        #[endpoint(header = "x-amz-storage-class")] class: Option<&str>,
        #[endpoint(header = "x-amz-meta-*")] meta: &BTreeMap<String, String>,
        #[endpoint(raw = "image/jpeg")] content: Vec<u8>,
    ) -> Version;

    #[get("/{*key}")]
    async fn get(
        &self,
        key: &str,
        #[endpoint(rename = "versionId")] version: Option<&str>,
        #[endpoint(header = "Range")] range: Option<&str>,
    ) -> Download;

    #[head("/{*key}")]
    async fn head(&self, key: &str, #[endpoint(header = "If-None-Match")] known: Option<&str>) -> Version;

    #[delete("/{*key}")]
    async fn delete(
        &self,
        key: &str,
        #[endpoint(rename = "versionId")] version: Option<&str>,
        #[endpoint(header = "x-amz-mfa")] mfa: Option<&str>,
    );

    #[put("/{*key}", raw = "application/xml")]
    async fn copy(&self, key: &str, #[endpoint(header = "x-amz-copy-source")] from: &str) -> String;

    #[put("/{*key}")]
    async fn put_part(
        &self,
        key: &str,
        #[endpoint(query, rename = "partNumber")] number: u32,
        #[endpoint(query, rename = "uploadId")] upload: &str,
        #[endpoint(raw)] content: Vec<u8>,
    ) -> Version;
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html>, `API_CompleteMultipartUpload`,
/// `API_PutObjectAcl`, `API_GetObjectTagging`, `API_SelectObjectContent`
#[resource(path = "/{*key}", auth = Key)]
trait Object {
    #[post("?uploads", raw = "application/xml")]
    async fn begin_upload(&self, #[endpoint(header = "x-amz-storage-class")] class: Option<&str>) -> String;

    #[post(raw = "application/xml")]
    async fn complete_upload(
        &self,
        #[endpoint(query, rename = "uploadId")] upload: &str,
        #[endpoint(raw = "application/xml")] parts: &str,
    ) -> String;

    #[put("?acl")]
    async fn set_acl(&self, #[endpoint(raw = "application/xml")] policy: &str);

    #[get("?tagging", raw = "application/xml")]
    async fn tags(&self, #[endpoint(rename = "versionId")] version: Option<&str>) -> String;

    #[post("?select&select-type=2")]
    async fn select(&self, #[endpoint(raw = "application/xml")] query: &str) -> Download;
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html>, `API_DeleteObjects`, `API_GetBucketVersioning`
#[resource(path = "/", auth = Key)]
trait Bucket {
    #[get("?list-type=2", raw = "application/xml")]
    async fn list(
        &self,
        #[endpoint(rename = "max-keys")] limit: Option<u32>,
        prefix: Option<&str>,
        delimiter: Option<&str>,
        #[endpoint(rename = "start-after")] after: Option<&str>,
    ) -> String;

    #[post("?delete", raw = "application/xml")]
    async fn delete(
        &self,
        #[endpoint(header = "Content-MD5")] digest: &str,
        #[endpoint(raw = "application/xml")] keys: &str,
    ) -> String;

    #[get("?versioning", raw = "application/xml")]
    async fn versioning(&self) -> String;
}

#[derive(Response)]
struct Version {
    #[response(header = "etag")]
    _etag: Option<String>,
}

#[test]
fn objects() {
    let objects = Recorder.objects();
    let meta = BTreeMap::from([("author".to_owned(), "CatPhotos".to_owned())]);
    documented(
        objects.put("my-image.jpg", Some("public-read"), Some("STANDARD_IA"), &meta, b"pixels".to_vec()),
        "PUT /my-image.jpg
         Content-Type: image/jpeg
         x-amz-acl: public-read
         x-amz-storage-class: STANDARD_IA
         x-amz-meta-author: CatPhotos

         pixels",
    );
    documented(objects.get("my-image.jpg", None, Some("bytes=0-9")), "GET /my-image.jpg\nRange: bytes=0-9");
    documented(
        objects.get("photos/2006/August/sample.jpg", Some("3/L4kqtJlcpXroDTDmpUMLUo"), None),
        "GET /photos/2006/August/sample.jpg?versionId=3/L4kqtJlcpXroDTDmpUMLUo",
    );
    documented(objects.head("my-image.jpg", None), "HEAD /my-image.jpg");
    documented(
        objects.delete(
            "my-third-image.jpg",
            Some("UIORUnfndfiufdisojhr398493jfdkjFJjkndnqUifhnw89493jJFJ"),
            Some("SerialNumber 899"),
        ),
        "DELETE /my-third-image.jpg?versionId=UIORUnfndfiufdisojhr398493jfdkjFJjkndnqUifhnw89493jJFJ
         x-amz-mfa: SerialNumber 899",
    );
    documented(
        objects.copy("my-second-image.jpg", "/bucket/my-image.jpg"),
        "PUT /my-second-image.jpg\nx-amz-copy-source: /bucket/my-image.jpg",
    );
    documented(
        objects.put_part(
            "my-movie.m2ts",
            1,
            "VCVsb2FkIElEIGZvciBlbZZpbmcncyBteS1tb3ZpZS5tMnRzIHVwbG9hZR",
            b"part".to_vec(),
        ),
        "PUT /my-movie.m2ts?partNumber=1&uploadId=VCVsb2FkIElEIGZvciBlbZZpbmcncyBteS1tb3ZpZS5tMnRzIHVwbG9hZR
         Content-Type: application/octet-stream

         part",
    );
}

#[test]
fn uploads_in_parts() {
    let object = Recorder.object("example-object");
    documented(object.begin_upload(None), "POST /example-object?uploads");
    let parts = "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber></Part></CompleteMultipartUpload>";
    documented(
        object.complete_upload("AAAsb2FkIElEIGZvciBlbHZpbmcncyWeeS1tb3ZpZS5tMnRzIRRwbG9hZA", parts),
        &format!(
            "POST /example-object?uploadId=AAAsb2FkIElEIGZvciBlbHZpbmcncyWeeS1tb3ZpZS5tMnRzIRRwbG9hZA
             Content-Type: application/xml\n\n{parts}"
        ),
    );
}

#[test]
fn keys_without_a_value() {
    let policy = "<AccessControlPolicy/>";
    documented(
        Recorder.object("MyFile.txt").set_acl(policy),
        &format!("PUT /MyFile.txt?acl\nContent-Type: application/xml\n\n{policy}"),
    );
    documented(Recorder.object("photos/example-object").tags(None), "GET /photos/example-object?tagging");
    let query = "<SelectObjectContentRequest/>";
    documented(
        Recorder.object("exampleobject.csv").select(query),
        &format!("POST /exampleobject.csv?select&select-type=2\nContent-Type: application/xml\n\n{query}"),
    );
}

#[test]
fn buckets() {
    let bucket = Recorder.bucket();
    documented(
        bucket.list(Some(3), Some("E"), None, Some("ExampleGuide.pdf")),
        "GET /?list-type=2&max-keys=3&prefix=E&start-after=ExampleGuide.pdf",
    );
    documented(
        bucket.list(None, Some("photos/2006/"), Some("/"), None),
        "GET /?list-type=2&prefix=photos/2006/&delimiter=/",
    );
    let keys = "<Delete><Object><Key>sample1.txt</Key></Object></Delete>";
    documented(
        bucket.delete("p5/WA/oEr30qrEEl21PAqw==", keys),
        &format!("POST /?delete\nContent-MD5: p5/WA/oEr30qrEEl21PAqw==\nContent-Type: application/xml\n\n{keys}"),
    );
    documented(bucket.versioning(), "GET /?versioning");
}
