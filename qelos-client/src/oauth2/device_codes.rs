//! The codes of a sign-in on another device.

use std::time::Duration;

use qelos_spec::SecretString;
use serde::Deserialize;

/// The response to a device authorization request (RFC 8628 §3.2).
#[derive(Deserialize)]
pub(super) struct DeviceCodes {
    pub(super) device_code: SecretString,
    pub(super) user_code: String,
    /// Google calls it `verification_url`.
    #[serde(alias = "verification_url")]
    pub(super) verification_uri: String,
    #[serde(default, alias = "verification_url_complete")]
    pub(super) verification_uri_complete: Option<String>,
    expires_in: u64,
    #[serde(default)]
    interval: Option<u64>,
}

impl DeviceCodes {
    pub(super) fn life(&self) -> Duration {
        Duration::from_secs(self.expires_in)
    }

    /// How long to wait between two requests. A server that asks for no pause is asked once a second.
    pub(super) fn interval(&self) -> Duration {
        Duration::from_secs(self.interval.unwrap_or(5).max(1))
    }
}
