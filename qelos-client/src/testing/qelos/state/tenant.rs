//! The tenant.

/// The tenant every user belongs to.
pub(crate) const TENANT: &str = "0";
