//! Operations that a program must wait for before it ends.

use std::sync::Arc;

use tokio::sync::watch;

/// Counts the operations that change a session outside of this process: keeping it in a store, signing out. All clones
/// of a credential share one count.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pending(Arc<watch::Sender<usize>>);

/// Guard of one operation: the operation is pending until this is dropped.
#[derive(Debug)]
pub(crate) struct Operation(Pending);

impl Pending {
    pub(crate) fn begin(&self) -> Operation {
        self.0.send_modify(|count| *count += 1);
        Operation(self.clone())
    }

    /// Waits until no operation is pending.
    pub(crate) async fn idle(&self) {
        // This cannot fail: `self` owns the sender.
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
    async fn idle_waits_for_the_last_operation() {
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
