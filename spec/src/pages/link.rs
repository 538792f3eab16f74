//! The header `Link` of a page: RFC 8288.

/// A field of a page that holds the header `Link`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not hold a header `Link`",
    label = "the header is a text: `String`, `Option<String>` or `Vec<String>`",
    note = "it is a field of the page: `#[response(header = \"link\")] links: Vec<String>`"
)]
pub trait LinkHeader {
    /// The values of the header.
    fn values(&self) -> impl Iterator<Item = &str>;
}

impl LinkHeader for String {
    fn values(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.as_str())
    }
}

impl LinkHeader for Option<String> {
    fn values(&self) -> impl Iterator<Item = &str> {
        self.iter().map(String::as_str)
    }
}

impl LinkHeader for Vec<String> {
    fn values(&self) -> impl Iterator<Item = &str> {
        self.iter().map(String::as_str)
    }
}

/// The values of one parameter in the query of the link to the next page; `None` without such a link. Nothing else of
/// its target is used: the server could name any other server there.
pub(super) fn next_parameter(header: &impl LinkHeader, name: &str) -> Option<Vec<String>> {
    let target = header.values().find_map(next_target)?;
    let query = target.split('#').next().unwrap_or_default().split_once('?').map_or("", |(_, query)| query);
    let pairs = form_urlencoded::parse(query.as_bytes());
    Some(pairs.filter(|(key, _)| key == name).map(|(_, value)| value.into_owned()).collect())
}

/// The target of the first link with the relation `next`.
fn next_target(header: &str) -> Option<&str> {
    let mut rest = header;
    while let Some((_, behind)) = rest.split_once('<') {
        let (target, parameters) = behind.split_once('>')?;
        let end = end_of_link(parameters);
        let (of_this, others) = parameters.split_at(end);
        if relations(of_this).any(|relation| relation.eq_ignore_ascii_case("next")) {
            return Some(target);
        }
        rest = others;
    }
    None
}

/// Where the parameters of a link end: at the next comma outside of quotes.
fn end_of_link(parameters: &str) -> usize {
    unquoted(parameters, ',').next().map_or(parameters.len(), |(at, _)| at)
}

/// The relations of a link. Only its first `rel` counts.
fn relations(parameters: &str) -> impl Iterator<Item = &str> {
    let mut start = 0;
    let ends = unquoted(parameters, ';').map(|(at, _)| at).chain([parameters.len()]);
    let parts = ends.map(move |end| {
        let part = &parameters[start..end];
        start = (end + 1).min(parameters.len());
        part
    });
    let rel = parts.filter_map(|part| part.split_once('=')).find(|(key, _)| key.trim().eq_ignore_ascii_case("rel"));
    rel.map_or("", |(_, value)| value.trim().trim_matches('"')).split_ascii_whitespace()
}

/// The places of a character outside of quotes.
fn unquoted(text: &str, wanted: char) -> impl Iterator<Item = (usize, char)> {
    let (mut quoted, mut escaped) = (false, false);
    text.char_indices().filter(move |(_, c)| {
        let is_escaped = escaped;
        escaped = quoted && *c == '\\' && !is_escaped;
        quoted ^= *c == '"' && !is_escaped;
        *c == wanted && !quoted
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(header: &str) -> Option<Vec<String>> {
        next_parameter(&header.to_owned(), "page")
    }

    fn of(values: &[&str]) -> Vec<String> {
        values.iter().map(|value| (*value).to_owned()).collect()
    }

    #[test]
    fn the_parameter_of_the_next_link_is_found_in_each_form_of_the_header() {
        let cases = [
            (
                r#"<https://api.example/items?page=3&per=2>; rel="next", <https://api.example/items?page=9>; rel="last""#,
                "3",
            ),
            (r#"<https://api.example/items?page=9>; rel="last", </items?page=3>; rel=next"#, "3"),
            (r#"<?page=3>;title="a, <b>; rel=\"prev\"";rel="prefetch NEXT""#, "3"),
            (r#"<?page=3>; title="a \", b"; rel="next""#, "3"),
            (r#"<?page=3>; title="a \\"; rel="next", <?page=9>; rel="last""#, "3"),
            (r#"<?page=a%2Bb+c#page=9>; Rel="next""#, "a+b c"),
            (r#"<?x=1,2&page=3>; rel="next""#, "3"),
        ];
        for (header, expected) in cases {
            assert_eq!(page(header), Some(of(&[expected])), "{header}");
        }
    }

    #[test]
    fn other_links_lead_to_no_next_page() {
        for header in
            ["", "<?page=3>", r#"<?page=3>; rel="prev""#, r#"<?page=3>; title="rel=next""#, "<?page=3; rel=next"]
        {
            assert_eq!(page(header), None, "{header}");
        }
        assert_eq!(page(r#"<?page=3>; rel="prev"; rel="next""#), None, "only the first `rel` counts");
    }

    #[test]
    fn a_next_link_without_the_parameter_is_told_from_no_link() {
        assert_eq!(page(r#"<https://api.example/items?cursor=3>; rel="next""#), Some(of(&[])));
        assert_eq!(page(r#"<https://page=3.example/>; rel="next""#), Some(of(&[])));
    }

    #[test]
    fn repeated_headers_are_read_one_after_the_other() {
        let headers = vec![r#"<?page=1>; rel="prev""#.to_owned(), r#"<?page=3>; rel="next""#.to_owned()];
        assert_eq!(next_parameter(&headers, "page"), Some(of(&["3"])));
        assert_eq!(next_parameter(&None::<String>, "page"), None);
    }
}
