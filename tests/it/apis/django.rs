//! A server of Django's REST framework: slashes at the end, pages by number or by offset, Python's booleans.
//!
//! <https://www.django-rest-framework.org/>

use qelos_client::resource;
use serde::{Deserialize, Serializer};
use serde_json::Value;

use super::{Key, Recorder, documented};

/// <https://www.django-rest-framework.org/api-guide/pagination/>
#[resource(path = "/accounts/", auth = Key)]
trait Accounts {
    #[get(pages(number = page, items = results: Value, more = |page: &Page| page.next.is_some()))]
    async fn list(&self, page: u32) -> Page;
}

/// <https://www.django-rest-framework.org/api-guide/pagination/#limitoffsetpagination>
#[resource(path = "/accounts/", auth = Key)]
trait Ledger {
    #[get(pages(offset = offset, items = results: Value, more = |page: &Page| page.next.is_some()))]
    async fn list(&self, limit: Option<u32>, offset: u64) -> Page;
}

/// The URL of the next page says whether there is one.
#[derive(Deserialize)]
struct Page {
    next: Option<String>,
    results: Vec<Value>,
}

/// <https://www.django-rest-framework.org/tutorial/quickstart/>,
/// <https://www.django-rest-framework.org/api-guide/routers/#routing-for-extra-actions>
#[resource(path = "/users/", auth = Key)]
trait Users {
    #[get(accept = "application/json; indent=4")]
    async fn list(&self) -> Page;

    #[patch("/{id}/")]
    async fn change(&self, id: u64, username: Option<&str>, email: Option<&str>) -> Value;

    #[delete("/{id}/")]
    async fn delete(&self, id: u64);

    #[post("/{id}/set_password/")]
    async fn set_password(&self, id: u64, password: &str) -> Value;

    #[method(OPTIONS)]
    async fn metadata(&self) -> Value;
}

/// <https://www.django-rest-framework.org/api-guide/filtering/>
#[resource(path = "/api", auth = Key)]
trait Catalogue {
    #[get("/products")]
    async fn products(
        &self,
        category: Option<&str>,
        #[serde(serialize_with = "in_python")] in_stock: bool,
    ) -> Vec<Value>;

    #[get("/users")]
    async fn users(&self, search: Option<&str>, #[endpoint(query, comma)] ordering: &[&str]) -> Vec<Value>;
}

/// <https://www.django-rest-framework.org/tutorial/2-requests-and-responses/>
#[resource(path = "/snippets/", auth = Key)]
trait Snippets {
    #[post]
    async fn create(&self, #[endpoint(form)] code: &str) -> Value;
}

/// <https://www.django-rest-framework.org/api-guide/parsers/#fileuploadparser>
#[resource(path = "/upload", auth = Key)]
trait Uploads {
    #[put("/{name}")]
    async fn upload(
        &self,
        name: &str,
        #[endpoint(header = "Content-Disposition")] disposition: Option<&str>,
        #[endpoint(raw = "image/jpeg")] content: Vec<u8>,
    );
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
fn in_python<S: Serializer>(value: &bool, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(if *value { "True" } else { "False" })
}

#[test]
fn pages() {
    documented(Recorder.accounts().list(4), "GET /accounts/?page=4");
    documented(Recorder.ledger().list(Some(100), 400), "GET /accounts/?limit=100&offset=400");
}

#[test]
fn users() {
    let users = Recorder.users();
    documented(users.list(), "GET /users/\nAccept: application/json; indent=4");
    documented(
        users.change(1, None, Some("ada@example.com")),
        r#"PATCH /users/1/

           {"email": "ada@example.com"}"#,
    );
    documented(users.delete(1), "DELETE /users/1/");
    documented(
        users.set_password(1, "analytical"),
        r#"POST /users/1/set_password/

           {"password": "analytical"}"#,
    );
    documented(users.metadata(), "OPTIONS /users/");
}

#[test]
fn filters() {
    let catalogue = Recorder.catalogue();
    documented(catalogue.products(Some("clothing"), true), "GET /api/products?category=clothing&in_stock=True");
    documented(catalogue.users(Some("russell"), &[]), "GET /api/users?search=russell");
    documented(catalogue.users(None, &["account", "username"]), "GET /api/users?ordering=account,username");
}

#[test]
fn bodies() {
    documented(
        Recorder.snippets().create("print(123)"),
        "POST /snippets/
         Content-Type: application/x-www-form-urlencoded

         code=print(123)",
    );
    documented(
        Recorder.uploads().upload("upload.jpg", Some("attachment; filename=upload.jpg"), b"pixels".to_vec()),
        "PUT /upload/upload.jpg
         Content-Type: image/jpeg
         Content-Disposition: attachment; filename=upload.jpg

         pixels",
    );
}
