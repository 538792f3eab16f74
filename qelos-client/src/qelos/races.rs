//! Sign-ins that the server refuses because of another one at the same time.
//!
//! The server keeps the sessions of a user in one record. Once there are more than ten, a sign-in at the same time as
//! another sign-in or a renewal is refused: 401 with `{"errors":{"general":{"version":…}}}` instead of a message. The
//! password is not the cause, and the same sign-in succeeds a moment later.

use std::future::Future;
use std::time::Duration;

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::call::limits::has_runtime;
use crate::clock::jitter::Jitter;
use crate::error::Error;

/// The longest pauses before the sign-in is sent again; each is at least half as long. They grow, so that a dozen
/// replicas that start together sign in at different moments.
const PAUSES: [u64; 9] = [100, 200, 400, 800, 1200, 1600, 2000, 2000, 2000];

/// Signs in, and once more after each refusal that is due to a race.
pub(crate) async fn past_races<R, F>(sign_in: impl Fn() -> F) -> Result<R, Error>
where
    F: Future<Output = Result<R, Error>>,
{
    for pause in PAUSES {
        match sign_in().await {
            Err(error) if is_race(&error) && has_runtime() => {
                tracing::debug!("the sign-in was refused because of another one of the same user, and is sent again");
                tokio::time::sleep(Jitter::new().upper_half(Duration::from_millis(pause))).await;
            }
            outcome => return outcome,
        }
    }
    sign_in().await.map_err(|error| if is_race(&error) { lost_to_others(error) } else { error })
}

fn lost_to_others(error: Error) -> Error {
    let hint = "the server refuses sign-ins of one user at the same time: try again later";
    error.into_transient().with_hint(hint.into())
}

/// Whether a refusal is due to a race.
pub(crate) fn is_race(error: &Error) -> bool {
    #[derive(Deserialize)]
    struct Body {
        errors: Errors,
    }
    #[derive(Deserialize)]
    struct Errors {
        general: Map<String, Value>,
    }
    let Some(api) = error.api().filter(|api| api.status() == StatusCode::UNAUTHORIZED) else { return false };
    serde_json::from_slice::<Body>(api.body()).is_ok_and(|body| !body.errors.general.contains_key("message"))
}
