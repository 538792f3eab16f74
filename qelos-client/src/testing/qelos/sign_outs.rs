//! Sign-outs: the response is sent at once, the sessions are removed after the latency of the database.

use std::mem;

use tokio::time::Instant;

use super::state::{SignOut, State};

/// Ends sessions of one user.
pub(super) fn sign_out(state: &mut State, sessions: Vec<String>) {
    let Some(user) = sessions.first().and_then(|first| state.sessions.get(first)).map(|session| session.user) else {
        return;
    };
    let due = Instant::now() + state.settings.database_latency;
    let version = state.version(user);
    state.sign_outs.push(SignOut { due, user, version, sessions });
    carry_out_sign_outs(state);
}

/// Carries out the sign-outs whose time has come.
pub(super) fn carry_out_sign_outs(state: &mut State) {
    if state.sign_outs.is_empty() {
        return;
    }
    let now = Instant::now();
    let (due, later) = mem::take(&mut state.sign_outs).into_iter().partition::<Vec<_>, _>(|one| one.due <= now);
    state.sign_outs = later;
    for SignOut { user, version, sessions, .. } in due {
        if state.version(user) == version {
            state.sessions.retain(|identifier, _| !sessions.contains(identifier));
            state.count_up_version(user);
        }
    }
}
