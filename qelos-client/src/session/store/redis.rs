//! The store in Redis, for processes on several machines.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use qelos_spec::ExposeSecret;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, Cmd, FromRedisValue, RedisError, RetryMethod, cmd};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::session::store::waiting::{PATIENCE, Pauses, runtime};
use crate::session::store::{Saved, StoreError, StoreLock, StoredSession, TokenStore};

/// How long a lock outlives the process that holds it.
const LEASE: Duration = Duration::from_secs(5);
/// A lease is renewed after a third of its time. A busy machine or a slow network may be late by a third of a second:
/// with a shorter lease, running holders lose their locks.
const SHORTEST_LEASE: Duration = Duration::from_secs(1);
/// How long a release of the lock may take. It may fail, because the work is done and the lease runs out by itself.
const TO_UNLOCK: Duration = Duration::from_secs(1);
/// How often connecting is retried before the command fails. The command is retried as well.
const RETRIES: usize = 2;

/// Takes the lock. Taking it twice does no harm: the response to the first attempt may have been lost.
const ACQUIRE: &str = "
local holder = redis.call('GET', KEYS[2])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return 1";

const RENEW: &str = "
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[2], ARGV[2])";

const RELEASE: &str = "
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[2])";

/// Replaces the expected version of the session, or removes it. Writing twice does no harm: the response to the first
/// attempt may have been lost, and then the record is already there.
const SAVE: &str = "
if (redis.call('HGET', KEYS[1], 'session') or '') == ARGV[3] then return 1 end
if (redis.call('HGET', KEYS[1], 'version') or '') ~= ARGV[1] then return 0 end
if ARGV[2] == '' then redis.call('DEL', KEYS[1]) else redis.call('HSET', KEYS[1], 'version', ARGV[2], 'session', ARGV[3]) end
return 1";

/// Keeps a session in a Redis server, for all processes that know its key. It needs the feature `redis`, and Redis 4 or
/// a compatible server.
///
/// The lock is a lease of 5 seconds, renewed as long as it is held. When a process is killed in the middle of a
/// renewal, other processes wait for that time. A process that sleeps for longer than its lease cannot overwrite newer
/// records.
///
/// When the server does not respond, for example during a restart or a failover, each command is retried for half a
/// minute, with a back-off. Each command can be repeated without harm.
///
/// Two keys are used, a hash `KEY` and a string `KEY:lock`. With a cluster, put the common part in braces:
/// `{plugin}:session`. For `rediss://`, add the crate `redis` with one of its TLS features to your own dependencies. A
/// server that evicts keys, or does not persist them, may lose the session.
///
/// ```no_run
/// use qelos_client::Client;
/// use qelos_client::store::RedisTokenStore;
///
/// # async fn run() -> Result<(), qelos_client::Error> {
/// let store = RedisTokenStore::connect("redis://127.0.0.1/", "plugin:session").await?;
/// let session = Client::new("https://acme.example")?.restore(store).await?;
/// # let _ = session;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RedisTokenStore {
    connection: ConnectionManager,
    keys: Arc<Keys>,
    lease: Duration,
}

struct Keys {
    session: String,
    lock: String,
}

/// The lock of a [`RedisTokenStore`].
pub struct RedisLock {
    store: RedisTokenStore,
    /// The random name of this holder.
    holder: String,
    renewing: JoinHandle<()>,
}

impl RedisTokenStore {
    /// Connects to the server, for the session under this key. A broken connection is made again.
    ///
    /// # Errors
    ///
    /// When this is not the URL of a Redis server, or the server cannot be reached.
    pub async fn connect(url: &str, key: &str) -> Result<Self, StoreError> {
        runtime()?;
        let unreachable = |error: RedisError| failed(key, "reached", &error);
        let client = Client::open(url).map_err(unreachable)?;
        let config = ConnectionManagerConfig::new().set_number_of_retries(RETRIES);
        let connection = ConnectionManager::new_with_config(client, config).await.map_err(unreachable)?;
        let keys = Keys { session: key.to_owned(), lock: format!("{key}:lock") };
        Ok(Self { connection, keys: Arc::new(keys), lease: LEASE })
    }

    /// Sets how long the lock outlives a killed process. Default: 5 seconds. With a shorter lease, other processes wait
    /// for a shorter time. But a lease that is shorter than the pauses of a busy machine runs out in the middle of a
    /// renewal: then two processes renew the session at the same time, and the server refuses one of them.
    ///
    /// ```no_run
    /// # async fn run() -> Result<(), qelos_client::Error> {
    /// use std::time::Duration;
    ///
    /// use qelos_client::store::RedisTokenStore;
    ///
    /// let store = RedisTokenStore::connect("redis://127.0.0.1/", "plugin:session").await?;
    /// let store = store.lease(Duration::from_secs(10))?;
    /// # let _ = store;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the lease is shorter than a second: it has to last until it is renewed.
    pub fn lease(self, lease: Duration) -> Result<Self, StoreError> {
        if lease < SHORTEST_LEASE {
            return Err(StoreError::new(format_args!(
                "a lease of {lease:?} is too short to be renewed in time: make it {SHORTEST_LEASE:?} at least"
            )));
        }
        Ok(Self { lease, ..self })
    }

    /// Runs a command, and retries it while the server does not respond. All commands here can be repeated.
    async fn run<R: FromRedisValue>(&self, command: &Cmd, doing: &str) -> Result<R, StoreError> {
        self.run_for(PATIENCE, command, doing).await
    }

    async fn run_for<R: FromRedisValue>(
        &self,
        patience: Duration,
        command: &Cmd,
        doing: &str,
    ) -> Result<R, StoreError> {
        runtime()?;
        let (give_up, mut pauses) = (Instant::now() + patience, Pauses::new());
        loop {
            match command.query_async(&mut self.connection.clone()).await {
                Err(error) if is_away(&error) && Instant::now() < give_up => {
                    tracing::debug!(%error, "redis does not respond: the command is retried");
                    pauses.pause().await;
                }
                outcome => return outcome.map_err(|error| failed(&self.keys.session, doing, &error)),
            }
        }
    }

    fn script(&self, script: &str) -> Cmd {
        let mut command = cmd("EVAL");
        command.arg(script).arg(2).arg(&self.keys.session).arg(&self.keys.lock);
        command
    }

    fn lease_millis(&self) -> u64 {
        u64::try_from(self.lease.as_millis()).unwrap_or(u64::MAX).max(1)
    }
}

impl TokenStore for RedisTokenStore {
    type Lock = RedisLock;

    async fn load(&self) -> Result<Option<StoredSession>, StoreError> {
        let mut command = cmd("HGET");
        command.arg(&self.keys.session).arg("session");
        let text: Option<String> = self.run(&command, "read").await?;
        let session = text.map(|text| StoredSession::from_json(&text)).transpose();
        session.map_err(|error| failed(&self.keys.session, "read", &error))
    }

    async fn try_lock(&self) -> Result<Option<RedisLock>, StoreError> {
        let random = getrandom::u64().map_err(|error| failed(&self.keys.session, "locked", &error))?;
        let holder = format!("{random:016x}");
        let mut acquire = self.script(ACQUIRE);
        acquire.arg(&holder).arg(self.lease_millis());
        let acquired: bool = self.run(&acquire, "locked").await?;
        Ok(acquired.then(|| {
            let renewing = tokio::spawn(keep_renewing(self.clone(), holder.clone()));
            RedisLock { store: self.clone(), holder, renewing }
        }))
    }
}

/// Renews the lease until the lock is dropped or lost.
async fn keep_renewing(store: RedisTokenStore, holder: String) {
    let mut renew = store.script(RENEW);
    renew.arg(&holder).arg(store.lease_millis());
    loop {
        tokio::time::sleep(store.lease / 3).await;
        match store.run::<u64>(&renew, "kept locked").await {
            Ok(0) => return tracing::warn!("the lock of the token store is lost: its lease ran out"),
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "the lock of the token store may be lost"),
        }
    }
}

impl StoreLock for RedisLock {
    async fn save(
        &mut self,
        expected: Option<&StoredSession>,
        session: Option<&StoredSession>,
    ) -> Result<Saved, StoreError> {
        let version = |session: Option<&StoredSession>| session.map(StoredSession::version).unwrap_or_default();
        let text = session.map(StoredSession::to_json).transpose()?;
        let mut save = self.store.script(SAVE);
        save.arg(version(expected)).arg(version(session)).arg(text.as_ref().map_or("", ExposeSecret::expose_secret));
        let kept: u64 = self.store.run(&save, "written").await?;
        Ok(if kept == 1 { Saved::Kept } else { Saved::Superseded })
    }

    async fn unlock(self) -> Result<(), StoreError> {
        self.renewing.abort();
        let mut release = self.store.script(RELEASE);
        release.arg(&self.holder);
        self.store.run_for::<u64>(TO_UNLOCK, &release, "unlocked").await.map(drop)
    }
}

impl Drop for RedisLock {
    /// Stops renewing the lease: without a release, it runs out.
    fn drop(&mut self) {
        self.renewing.abort();
    }
}

/// Whether the server may respond soon: there is no connection, it is loading its data, or a failover is in progress.
fn is_away(error: &RedisError) -> bool {
    match error.retry_method() {
        RetryMethod::WaitAndRetry | RetryMethod::RefreshSlotsAndRetry => true,
        RetryMethod::NoRetry => false,
        _ => error.is_io_error(),
    }
}

fn failed(key: &str, doing: &str, error: &dyn fmt::Display) -> StoreError {
    StoreError::new(format_args!("the session under `{key}` in Redis cannot be {doing}: {error}"))
}

/// Leaves out the address, which may contain a password.
impl fmt::Debug for RedisTokenStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisTokenStore").field("key", &self.keys.session).finish_non_exhaustive()
    }
}

impl fmt::Debug for RedisLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisLock").field("key", &self.store.keys.session).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use redis::{ErrorKind, ServerErrorKind};

    use super::*;

    #[test]
    fn a_server_is_away_while_it_cannot_be_reached_or_is_not_ready() {
        let io = |kind: io::ErrorKind| RedisError::from(io::Error::from(kind));
        let server = |kind: ServerErrorKind| RedisError::from((ErrorKind::Server(kind), "a reason"));
        for (error, expected) in [
            (io(io::ErrorKind::ConnectionRefused), true),
            (io(io::ErrorKind::BrokenPipe), true),
            (io(io::ErrorKind::TimedOut), true),
            (server(ServerErrorKind::BusyLoading), true),
            (server(ServerErrorKind::MasterDown), true),
            (server(ServerErrorKind::ReadOnly), true),
            (io(io::ErrorKind::PermissionDenied), false),
            (server(ServerErrorKind::ResponseError), false),
            (RedisError::from((ErrorKind::UnexpectedReturnType, "a reason")), false),
            (RedisError::from((ErrorKind::AuthenticationFailed, "a reason")), false),
        ] {
            assert_eq!(is_away(&error), expected, "{error:?}");
        }
    }
}
