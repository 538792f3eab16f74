//! A secret to plant, and checks whether it shows.

/// The secret. A part of it must not show either.
pub(super) const SECRET: &str = "ql_5f0e7a91c3b2d846";

/// Whether a part of the secret is in a text.
pub(super) fn shows_in(text: &str) -> bool {
    let (first, second) = SECRET.split_at(SECRET.len() / 2);
    text.contains(first) || text.contains(second)
}

/// Whether the secret in this JSON is always a value.
///
/// Names may show, because messages say where a mistake is. JSON may be broken, so it is not parsed: a value stands
/// behind `:` or `[`.
pub(super) fn is_a_value_in(json: &str) -> bool {
    let (first, second) = SECRET.split_at(SECRET.len() / 2);
    let places = json.match_indices(first).chain(json.match_indices(second));
    places.map(|(at, _)| &json[..at]).all(|before| {
        let string = before.rfind('"').map_or(before, |quote| &before[..quote]);
        string.trim_end().ends_with([':', '['])
    })
}
