//! The configurations of the tenant.

use qelos_spec::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::super::digest::hash;
use super::tenant::TENANT;

/// The configuration of the application.
pub(crate) const APPLICATION: &str = "app-configuration";

/// The configuration of sign-ins.
const SIGN_INS: &str = "auth-configuration";

#[derive(Clone, Serialize)]
pub(crate) struct ConfigurationRecord {
    #[serde(rename = "_id")]
    pub(crate) id: String,
    pub(crate) tenant: &'static str,
    pub(crate) key: String,
    pub(crate) public: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    /// The database does not store an empty one.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(crate) metadata: Map<String, Value>,
    pub(crate) created: Timestamp,
    #[serde(rename = "__v")]
    version: u32,
}

/// The configurations, in the order of their creation.
pub(crate) struct Configurations {
    pub(crate) all: Vec<ConfigurationRecord>,
}

impl ConfigurationRecord {
    pub(crate) fn new(id: String, key: String, now: Timestamp) -> Self {
        let (kind, description, metadata) = (None, None, Map::new());
        Self { id, tenant: TENANT, key, public: false, kind, description, metadata, created: now, version: 0 }
    }
}

impl Configurations {
    /// The configurations of a new tenant. Unlike there, users may manage API tokens.
    pub(crate) fn installed(now: Timestamp) -> Self {
        let contents = [
            (APPLICATION, application()),
            (
                "workspace-configuration",
                json!({
                    "isActive": true, "creationPrivilegedRoles": ["*"], "viewMembersPrivilegedWsRoles": ["*"],
                }),
            ),
            ("ssr-scripts", json!({ "head": "", "body": "" })),
            (
                SIGN_INS,
                json!({
                    "treatUsernameAs": "email", "showLoginPage": true, "showRegisterPage": false,
                    "additionalUserFields": [], "socialLoginsSources": {},
                    "allowUserTokenAuthentication": true, "tokenAuthenticationPermissions": { "roles": ["*"], "wsRoles": [] },
                }),
            ),
        ];
        let installed = contents.into_iter().map(|(key, content)| {
            // They were there before anything was counted.
            let mut installed = ConfigurationRecord::new(hash(key)[..24].to_owned(), key.to_owned(), now);
            installed.public = true;
            installed.metadata = content.as_object().cloned().unwrap_or_default();
            installed
        });
        Self { all: installed.collect() }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&ConfigurationRecord> {
        self.all.iter().find(|known| known.key == key)
    }

    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut ConfigurationRecord> {
        self.all.iter_mut().find(|known| known.key == key)
    }

    /// Whether a user with these roles may manage API tokens.
    pub(crate) fn permits_api_tokens(&self, roles: &[String], workspace_roles: &[String]) -> bool {
        let Some(content) = self.get(SIGN_INS).map(|sign_ins| &sign_ins.metadata) else { return false };
        let permits = |name: &str, own: &[String]| {
            let permitted = content.get("tokenAuthenticationPermissions").and_then(|all| all.get(name));
            let mut permitted = permitted.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
            permitted.any(|role| role == "*" || own.iter().any(|own| own == role))
        };
        content.get("allowUserTokenAuthentication") == Some(&Value::Bool(true))
            && (permits("roles", roles) || permits("wsRoles", workspace_roles))
    }

    /// Switches the management of API tokens on or off, for those who may manage them.
    pub(crate) fn allow_api_tokens(&mut self, allowed: bool) {
        if let Some(sign_ins) = self.get_mut(SIGN_INS) {
            sign_ins.metadata.insert("allowUserTokenAuthentication".to_owned(), allowed.into());
        }
    }
}

fn application() -> Value {
    json!({
        "name": TENANT,
        "language": "en",
        "direction": "ltr",
        "logoUrl": "https://qelos.io/_nuxt/qelos_logo.WhVlx9V7.jpg",
        "description": "Software as a Service",
        "slogan": "Amazing SaaS platform",
        "keywords": "saas, platform, node, vue, fastify",
        "themeStylesUrl": "",
        "scriptUrl": "",
        "homeScreen": "",
        "websiteUrls": ["127.0.0.1"],
        "colorsPalette": {
            "mainColor": "#264653",
            "mainColorLight": "#1c4252",
            "textColor": "#1c4252",
            "secondaryColor": "#2a9d8f",
            "thirdColor": "#e9c46a",
            "bgColor": "#ffffff",
            "bordersColor": "#e2e8f0",
            "inputsTextColor": "#1c4252",
            "inputsBgColor": "#f8fafc",
            "linksColor": "#2a9d8f",
            "navigationBgColor": "#1c4252",
            "negativeColor": "#9b7a3a",
            "buttonTextColor": "#ffffff",
            "buttonBgColor": "#264653",
            "focusColor": "#2a9d8f",
            "fontFamily": "Helvetica, Arial, sans-serif",
            "headingsFontFamily": "Helvetica, Arial, sans-serif",
            "baseFontSize": 16,
            "borderRadius": 4,
            "buttonRadius": 4,
            "spacing": "normal",
            "shadowStyle": "light",
            "animationSpeed": 250,
        },
    })
}
