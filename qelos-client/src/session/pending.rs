//! What is under way and must not be cut off by the end of a program.

use std::sync::Arc;

use tokio::sync::watch;

/// Counts the operations on a session that write something down or tell the server something: keeping it in a store, signing
/// out. Shared by all clones of a credential.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pending(Arc<watch::Sender<usize>>);

/// One of them, until it is dropped.
#[derive(Debug)]
pub(crate) struct Operation(Pending);

impl Pending {
    pub(crate) fn begin(&self) -> Operation {
        self.0.send_modify(|count| *count += 1);
        Operation(self.clone())
    }

    /// Waits until none is under way.
    pub(crate) async fn idle(&self) {
        // The sender is held here, so that this cannot fail.
        let _ = self.0.subscribe().wait_for(|count| *count == 0).await;
    }
}

impl Drop for Operation {
    fn drop(&mut self) {
        self.0.0.send_modify(|count| *count -= 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_is_idle_when_the_last_operation_is_over() {
        let pending = Pending::default();
        pending.idle().await;
        let (first, second) = (pending.begin(), pending.clone().begin());
        let waiting = {
            let pending = pending.clone();
            tokio::spawn(async move { pending.idle().await })
        };
        drop(first);
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(second);
        waiting.await.unwrap();
    }
}
