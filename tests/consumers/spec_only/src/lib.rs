//! A library of endpoints without a client: `qelos-spec` is the only dependency, and there is no runtime in sight.
#![deny(missing_docs, warnings)]

use qelos_spec::auth::SignedIn;
use qelos_spec::{DecodeRequest, Endpoint, resource};

/// Renames a project.
#[derive(Debug, Clone, PartialEq, Eq, Endpoint, DecodeRequest)]
#[endpoint(PATCH, "/api/projects/{id}", response = String, auth = SignedIn)]
pub struct RenameProject {
    /// Which.
    pub id: u64,
    /// To what.
    pub name: String,
}

/// The projects.
#[resource(path = "/api/projects", auth = SignedIn)]
pub trait Projects {
    /// Lists their names.
    #[get]
    async fn list(&self) -> Vec<String>;

    /// Renames one.
    #[endpoint(RenameProject)]
    async fn rename(&self, request: &RenameProject) -> String;
}

#[cfg(test)]
mod tests {
    use qelos_spec::{BaseUrl, EncodeResponse, http};

    use super::*;

    #[test]
    fn a_request_is_built_and_read_and_answered_without_a_client() {
        let base: BaseUrl = "https://projects.example/v1".parse().unwrap();
        let endpoint = RenameProject { id: 7, name: "Apollo".to_owned() };
        let mut request = endpoint.encode().unwrap().into_http(&base).unwrap();
        assert_eq!(request.uri(), "https://projects.example/v1/api/projects/7");

        // A server behind a proxy that strips the prefix sees this:
        *request.uri_mut() = http::Uri::from_static("/api/projects/7");
        assert_eq!(RenameProject::decode_request(&request).unwrap(), endpoint);

        let response = RenameProject::encode_response(&"Apollo".to_owned()).unwrap();
        assert_eq!(RenameProject::decode(&response).unwrap(), "Apollo");
    }
}
