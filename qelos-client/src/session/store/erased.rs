//! Type-erased stores and locks: the type of a client does not depend on its store.

use std::future::Future;
use std::pin::Pin;

use crate::session::store::{Saved, StoreError, StoreLock, StoredSession, TokenStore};

pub(super) type Boxed<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A store of any type.
pub(crate) trait AnyStore: Send + Sync {
    fn load(&self) -> Boxed<'_, Option<StoredSession>>;
    fn try_lock(&self) -> Boxed<'_, Option<Box<dyn AnyLock>>>;
}

/// A lock of any type.
pub(crate) trait AnyLock: Send {
    fn save<'a>(
        &'a mut self,
        expected: Option<&'a StoredSession>,
        session: Option<&'a StoredSession>,
    ) -> Boxed<'a, Saved>;
    fn unlock(self: Box<Self>) -> Boxed<'static, ()>;
}

impl<S: TokenStore> AnyStore for S {
    fn load(&self) -> Boxed<'_, Option<StoredSession>> {
        Box::pin(TokenStore::load(self))
    }

    fn try_lock(&self) -> Boxed<'_, Option<Box<dyn AnyLock>>> {
        Box::pin(async move { Ok(TokenStore::try_lock(self).await?.map(|lock| Box::new(lock) as Box<dyn AnyLock>)) })
    }
}

impl<L: StoreLock> AnyLock for L {
    fn save<'a>(
        &'a mut self,
        expected: Option<&'a StoredSession>,
        session: Option<&'a StoredSession>,
    ) -> Boxed<'a, Saved> {
        Box::pin(StoreLock::save(self, expected, session))
    }

    fn unlock(self: Box<Self>) -> Boxed<'static, ()> {
        Box::pin(StoreLock::unlock(*self))
    }
}
