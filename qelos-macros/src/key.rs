//! The words of the attributes, and what was probably meant.

/// Keys of `#[endpoint(…)]` on a struct; the method and the path stand without a key.
pub(crate) const ENDPOINT: &[&str] = &["response", "error", "auth", "idempotent", "timeout", "crate"];
/// Keys of `#[endpoint(…)]` on a field.
pub(crate) const FIELD: &[&str] =
    &["path", "query", "header", "form", "body", "raw", "bearer", "skip", "rename", "secret", "secret_in_url"];
/// Keys of `#[resource(…)]`.
pub(crate) const RESOURCE: &[&str] = &["path", "auth", "decode", "crate"];
/// Keys of `#[get(…)]` and its siblings; the path stands without a key.
pub(crate) const OPERATION: &[&str] = &["auth", "error", "idempotent", "timeout"];
/// What `#[serde(…)]` on a field can say.
pub(crate) const SERDE_FIELD: &[&str] =
    &["rename", "default", "skip", "skip_serializing_if", "flatten", "with", "serialize_with", "deserialize_with"];

/// `` ; did you mean `path`? `` when one of the candidates is close to what was written.
pub(crate) fn did_you_mean<'c>(written: &str, candidates: impl IntoIterator<Item = &'c str>) -> String {
    nearest(written, candidates).map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
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
