//! The keys of the attributes, and suggestions for misspelt ones.

/// Keys of `#[endpoint(…)]` on a struct; the method and the path stand without a key.
pub(crate) const ENDPOINT: &[&str] = &[
    "response",
    "raw",
    "format",
    "json",
    "stream",
    "none",
    "pages",
    "accept",
    "content_type",
    "headers",
    "error",
    "auth",
    "idempotent",
    "with_body",
    "timeout",
    "errors_with_200",
    "crate",
];
/// Keys of `#[endpoint(…)]` on a field.
pub(crate) const FIELD: &[&str] = &[
    "path",
    "query",
    "header",
    "cookie",
    "form",
    "part",
    "body",
    "raw",
    "format",
    "bearer",
    "idempotency_key",
    "skip",
    "rename",
    "default",
    "json",
    "display",
    "comma",
    "space",
    "pipe",
    "flag",
    "nested",
    "secret",
    "secret_in_url",
];
/// Those of them whose value has a name on the wire.
pub(crate) const NAMED: &[&str] = &["query", "form", "part", "secret", "secret_in_url"];
/// Keys of `#[resource(…)]`.
pub(crate) const RESOURCE: &[&str] =
    &["path", "places", "accessor", "auth", "error", "accept", "headers", "idempotent", "timeout", "decode", "crate"];
/// Keys of `#[get(…)]` and its siblings; the path stands without a key.
pub(crate) const OPERATION: &[&str] = &[
    "raw",
    "format",
    "json",
    "stream",
    "none",
    "pages",
    "accept",
    "content_type",
    "headers",
    "auth",
    "error",
    "idempotent",
    "with_body",
    "timeout",
    "errors_with_200",
];
/// Keys of `pages(…)`.
pub(crate) const PAGES: &[&str] = &["cursor", "number", "offset", "next", "link", "more", "items"];
/// Keys of `#[response(…)]` on a field.
pub(crate) const RESPONSE_FIELD: &[&str] = &["header", "display", "status", "body", "raw", "format", "skip", "rename"];
/// Keys of `#[session(…)]`.
pub(crate) const SESSION: &[&str] = &[
    "name",
    "sign_in",
    "renew",
    "end",
    "access",
    "refresh",
    "subject",
    "expires_in",
    "expires_at",
    "lasts",
    "jwt",
    "header",
    "prefix",
    "refused",
    "satisfies",
    "crate",
];
/// Keys of `#[serde(…)]` on a field.
pub(crate) const SERDE_FIELD: &[&str] =
    &["rename", "default", "skip", "skip_serializing_if", "flatten", "with", "serialize_with", "deserialize_with"];

/// The methods of a client. Rust calls them in place of methods of a trait, such as accessors of resources. A test keeps
/// this list complete.
pub(crate) const METHODS_OF_A_CLIENT: &[&str] = &[
    "accept_mcp_access",
    "acting_as",
    "api_token_sign_in",
    "api_tokens",
    "call",
    "connection",
    "create_api_token",
    "credential",
    "deny_mcp_access",
    "exchange_auth_callback",
    "finish_mcp_authorization",
    "into_any",
    "into_typed",
    "invite_to_workspace",
    "keep_in",
    "logged_in_user",
    "mcp_access_request",
    "mcp_authorization",
    "mcp_loopback_authorization",
    "oauth_sign_in",
    "oauth_sign_up",
    "pages",
    "refresh_cookie_token",
    "refresh_token",
    "restore",
    "restore_as",
    "revoke_workspace_invite",
    "rotate_api_token",
    "settled",
    "sign_in",
    "sign_in_again_with",
    "sign_in_as",
    "sign_out",
    "sign_up",
    "social_callback_url",
    "social_login_url",
    "take_rewritten_cookie",
    "take_set_cookies",
    "token_changes",
    "tokens",
    "update_logged_in_user",
    "with_cookie",
    "with_cookies_of",
    "with_credential",
    "with_tokens",
    "workspace_invites",
    "workspaces",
];

/// `` ; did you mean `path`? `` when one of the candidates is close to what was written.
pub(crate) fn did_you_mean<'c>(written: &str, candidates: impl IntoIterator<Item = &'c str>) -> String {
    nearest(written, candidates).map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

/// Where a key belongs that does not belong where it was written.
pub(crate) fn elsewhere(written: &str, known: &[&str]) -> Option<String> {
    let on_the_struct = known == ENDPOINT;
    let on_a_method = known == OPERATION;
    let hint = match written {
        "path" if on_the_struct || on_a_method => "the path stands without a key: write `\"/api/…\"` alone",
        "method" if on_the_struct => "the method stands without a key: write `GET` alone",
        "response" if on_a_method => "the response is what the method returns: write `-> Type`",
        "rename_all" if on_the_struct => "it stands in `#[serde(rename_all = \"camelCase\")]`",
        "rename_all" => "each argument or field is renamed by itself: `#[endpoint(query, rename = \"pageNumber\")]`",
        "decode" if on_the_struct => "add `DecodeRequest` to the derives instead",
        "decode" | "crate" | "places" | "accessor" if on_a_method => {
            return Some(format!("; `{written}` stands on the resource"));
        }
        _ if known == FIELD && ENDPOINT.contains(&written) => {
            return Some(format!("; `{written}` stands on the endpoint, not on a part of it"));
        }
        _ if on_the_struct && FIELD.contains(&written) => return Some(format!("; `{written}` stands on a field")),
        _ if on_a_method && FIELD.contains(&written) => return Some(format!("; `{written}` stands on an argument")),
        _ => return None,
    };
    Some(format!("; {hint}"))
}

/// The candidate closest to what was written, if any is close enough to be a slip of the finger.
pub(crate) fn nearest<'c>(written: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let allowed = (written.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&fold(written), &fold(candidate)), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// `userId`, `user_id` and `USER_ID` are the same slip.
fn fold(name: &str) -> String {
    name.chars().filter(|c| *c != '_').flat_map(char::to_lowercase).collect()
}

/// `` `path`, `auth` or `crate` ``.
pub(crate) fn one_of(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}
