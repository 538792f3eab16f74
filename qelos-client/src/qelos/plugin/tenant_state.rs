//! What a process knows of a tenant.

use std::sync::Arc;

use tokio::sync::{Mutex, OnceCell};

use crate::auth::OAuth;
use crate::client::Client;

/// The client of a tenant, once one was asked for.
pub(super) struct TenantState<T> {
    pub(super) client: OnceCell<Client<OAuth, T>>,
    /// One change of the data, and of the registration, at a time.
    pub(super) changing: Arc<Mutex<()>>,
}

impl<T> Default for TenantState<T> {
    fn default() -> Self {
        Self { client: OnceCell::new(), changing: Arc::default() }
    }
}
