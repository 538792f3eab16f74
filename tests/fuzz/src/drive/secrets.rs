//! A secret to plant, and whether it shows.

/// What a server or a caller would not want to read in a log. Its halves would do harm as well.
pub(super) const SECRET: &str = "ql_5f0e7a91c3b2d846";

/// Whether a part of the secret is in a text.
pub(super) fn shows_in(text: &str) -> bool {
    let (first, second) = SECRET.split_at(SECRET.len() / 2);
    text.contains(first) || text.contains(second)
}

/// Whether the secret, where it stands in JSON, is only ever a value. A name may show: messages say where something is
/// wrong. JSON may be broken, so it is not parsed: a value stands behind `:` or `[`.
pub(super) fn is_a_value_in(json: &str) -> bool {
    let (first, second) = SECRET.split_at(SECRET.len() / 2);
    let places = json.match_indices(first).chain(json.match_indices(second));
    places.map(|(at, _)| &json[..at]).all(|before| {
        let string = before.rfind('"').map_or(before, |quote| &before[..quote]);
        string.trim_end().ends_with([':', '['])
    })
}
