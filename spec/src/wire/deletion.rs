//! The response to a deletion that may remove several records.

use serde::{Deserialize, Serialize};

/// How many records a deletion removed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Deletion {
    /// Whether the database has confirmed it.
    #[serde(default)]
    pub acknowledged: bool,
    /// The number.
    #[serde(default)]
    pub deleted_count: u64,
}
