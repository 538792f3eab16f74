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
