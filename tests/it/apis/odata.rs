//! A service of `OData`: keys in parentheses, options that begin with `$`.
//!
//! <https://www.odata.org/getting-started/basic-tutorial/>,
//! <https://www.odata.org/getting-started/advanced-tutorial/>

use qelos_client::resource;
use serde_json::{Value, json};

use super::{Key, Recorder, documented};

#[resource(path = "/", auth = Key, headers("OData-MaxVersion" = "4.0"))]
trait People {
    #[get("/People")]
    async fn list(
        &self,
        #[endpoint(rename = "$filter")] filter: Option<&str>,
        #[endpoint(rename = "$orderby")] order_by: Option<&str>,
        #[endpoint(rename = "$top")] top: Option<u32>,
        #[endpoint(rename = "$skip")] skip: Option<u32>,
    ) -> Value;

    #[get("/People('{name}')", none = 404)]
    async fn get(&self, name: &str, #[endpoint(query, comma, rename = "$expand")] expand: &[&str]) -> Option<Value>;

    #[get("/People/$count", raw = "text/plain")]
    async fn count(&self) -> String;

    #[post("/People", content_type = "application/json;odata.metadata=minimal", headers("OData-Version" = "4.0"))]
    async fn create(&self, #[endpoint(body)] person: &Value) -> Value;

    #[patch("/People('{name}')", headers("OData-Version" = "4.0"))]
    async fn change(
        &self,
        name: &str,
        #[endpoint(header = "If-Match")] version: Option<&str>,
        #[endpoint(rename = "FirstName")] first_name: Option<&str>,
    );

    #[post("/People('{name}')/Friends/$ref", headers("OData-Version" = "4.0"))]
    async fn add_friend(&self, name: &str, #[endpoint(rename = "@odata.id")] friend: &str);
}

#[resource(path = "/", auth = Key, headers("OData-MaxVersion" = "4.0"))]
trait Airports {
    #[get("/GetNearestAirport(lat={lat},lon={lon})")]
    async fn nearest(&self, lat: f64, lon: f64) -> Value;
}

/// <https://www.odata.org/getting-started/basic-tutorial/#operation>
#[test]
fn functions() {
    documented(
        Recorder.airports().nearest(33.0, -118.0),
        "GET /GetNearestAirport(lat=33,lon=-118)\nOData-MaxVersion: 4.0",
    );
}

/// <https://www.odata.org/getting-started/basic-tutorial/#queryData>
#[test]
fn queries() {
    let people = Recorder.people();
    documented(
        people.list(Some("FirstName eq 'Scott'"), None, None, None),
        "GET /People?$filter=FirstName+eq+'Scott'\nOData-MaxVersion: 4.0",
    );
    documented(people.list(None, None, Some(2), Some(18)), "GET /People?$top=2&$skip=18\nOData-MaxVersion: 4.0");
    documented(
        people.get("keithpinckney", &["Friends", "Trips"]),
        "GET /People('keithpinckney')?$expand=Friends,Trips\nOData-MaxVersion: 4.0",
    );
    documented(people.count(), "GET /People/$count\nOData-MaxVersion: 4.0");
}

/// <https://www.odata.org/getting-started/basic-tutorial/#modifyData>
#[test]
fn changes() {
    let people = Recorder.people();
    documented(
        people.create(&json!({"UserName": "lewisblack", "Emails": ["lewisblack@example.com"]})),
        r#"POST /People
           OData-Version: 4.0
           OData-MaxVersion: 4.0
           Content-Type: application/json;odata.metadata=minimal

           {"UserName": "lewisblack", "Emails": ["lewisblack@example.com"]}"#,
    );
    documented(
        people.change("russellwhyte", Some("W/\"08D1694BD49A0F11\""), Some("Mirs")),
        r#"PATCH /People('russellwhyte')
           OData-Version: 4.0
           OData-MaxVersion: 4.0
           If-Match: W/"08D1694BD49A0F11"

           {"FirstName": "Mirs"}"#,
    );
    documented(
        people.add_friend("scottketchum", "People('vincentcalabrese')"),
        r#"POST /People('scottketchum')/Friends/$ref
           OData-Version: 4.0
           OData-MaxVersion: 4.0

           {"@odata.id": "People('vincentcalabrese')"}"#,
    );
}
