//! The workspace in the tokens of Qelos, and what a renewal loses of it.

use qelos_spec::WorkspaceId;
use qelos_spec::wire::Tokens;
use serde_json::Value;

use crate::session::claims::Claims;

/// The data that a renewal with the refresh token loses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loss {
    Nothing,
    /// The roles in the workspace. The session stays in the workspace.
    Roles,
    Workspace,
}

/// The data that is lost when the next access token comes from the refresh token. The server copies the workspace of
/// the refresh token, which has only its id, or nothing. When the refresh token cannot be read, no loss is expected.
pub(crate) fn loss(tokens: &Tokens) -> Loss {
    let [access, refresh] = [&tokens.access, &tokens.refresh].map(Claims::of);
    match (access.as_ref().and_then(workspace), refresh) {
        (None, _) | (_, None) => Loss::Nothing,
        (before, Some(refresh)) if workspace(&refresh) != before => Loss::Workspace,
        _ if access.is_some_and(|access| has_workspace_roles(&access)) => Loss::Roles,
        _ => Loss::Nothing,
    }
}

/// The workspace of the access token.
pub(crate) fn workspace_of(tokens: &Tokens) -> Option<WorkspaceId> {
    workspace(&Claims::of(&tokens.access)?)
}

/// The workspace: an object with an `_id` in access tokens, the id itself in refresh tokens.
fn workspace(claims: &Claims) -> Option<WorkspaceId> {
    let workspace = claims.get("workspace")?;
    workspace.get("_id").unwrap_or(workspace).as_str()?.parse().ok()
}

/// Whether the token names roles of the user in the workspace.
fn has_workspace_roles(claims: &Claims) -> bool {
    let roles = claims.get("workspace").and_then(|workspace| workspace.get("roles"));
    roles.and_then(Value::as_array).is_some_and(|roles| !roles.is_empty())
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    /// Tokens with these claims.
    fn pair(access: &str, refresh: &str) -> Tokens {
        let of = |claims: &str| format!("e30.{}.x", URL_SAFE_NO_PAD.encode(claims)).into();
        Tokens::new(of(access), of(refresh))
    }

    #[test]
    fn the_loss_of_a_renewal_is_known_before_it() {
        const NONE: &str = r#"{"sub":"u1"}"#;
        const ROLES: &str = r#"{"workspace":{"_id":"5f0000000000000000000001","roles":["admin"]}}"#;
        const NAME: &str = r#"{"workspace":{"_id":"5f0000000000000000000001","name":""}}"#;
        const ONE: &str = r#"{"workspace":"5f0000000000000000000001"}"#;
        const TWO: &str = r#"{"workspace":"5f0000000000000000000002"}"#;
        for (access, refresh, loss) in [
            (NONE, NONE, Loss::Nothing),
            (ROLES, ONE, Loss::Roles),
            (NAME, ONE, Loss::Nothing),
            (NAME, NONE, Loss::Workspace),
            (ROLES, NONE, Loss::Workspace),
            (ROLES, TWO, Loss::Workspace),
            (ROLES, "not json", Loss::Nothing),
        ] {
            assert_eq!(super::loss(&pair(access, refresh)), loss, "{access} {refresh}");
        }
    }

    #[test]
    fn a_malformed_workspace_is_none() {
        assert_eq!(workspace_of(&pair(r#"{"workspace":"none"}"#, "{}")), None);
        let named = r#"{"exp":"soon","workspace":{"_id":"5f0000000000000000000001"}}"#;
        assert!(workspace_of(&pair(named, "{}")).is_some());
        assert!(!has_workspace_roles(&Claims::of(&pair(named, "{}").access).unwrap()));
    }
}
