//! Finds secrets in a text, in the encodings that servers and formats write them in.

use std::borrow::Cow;

use secrecy::{ExposeSecret, SecretString};

/// The text that is shown in the place of a secret.
pub(crate) const MASK: &str = "***";

/// The shortest secret that is masked inside of a text, in characters. See [`Secrets::mask`](super::Secrets::mask).
const SHORTEST: usize = 4;

/// How many backslashes an escaped character may have: JSON in JSON in JSON has seven.
const MOST_BACKSLASHES: usize = 8;

/// How many ways to read the beginning of a secret are tried at the same time.
const MOST_ENDS: usize = 16;

/// How often a text may be percent-encoded: URLs are parameters of URLs.
const MOST_LAYERS: usize = 3;

/// The last character of a text that was cut.
const CUT: char = '…';

/// The text, with each of the secrets masked.
pub(super) fn masked<'t>(text: &'t str, secrets: &[SecretString]) -> Cow<'t, str> {
    // Servers trim the texts that they repeat.
    let secrets: Vec<_> = secrets.iter().map(|secret| secret.expose_secret().trim()).collect();
    if !text.trim().is_empty() && secrets.contains(&text.trim()) {
        return MASK.into();
    }
    let is_long = |secret: &&str| secret.chars().nth(SHORTEST - 1).is_some();
    let secrets: Vec<_> = secrets.into_iter().filter(is_long).collect();
    let (mut masked, mut copied, mut at) = (String::new(), 0, 0);
    while let Some(next) = text[at..].chars().next().filter(|_| !secrets.is_empty()) {
        match secrets.iter().filter_map(|secret| occurrence(secret, &text[at..])).max() {
            Some(length) => {
                masked.push_str(&text[copied..at]);
                masked.push_str(MASK);
                at += length;
                copied = at;
            }
            None => at += next.len_utf8(),
        }
    }
    if copied == 0 { text.into() } else { (masked + &text[copied..]).into() }
}

/// The length of the secret that the text begins with, if it does; the beginning of one where the text was cut.
fn occurrence(secret: &str, text: &str) -> Option<usize> {
    // Several, because a character and its encoding may begin alike: `%` and `%25`, one backslash and two.
    let mut ends = vec![];
    for (read, wanted) in secret.chars().enumerate() {
        let mut next = vec![];
        if read == 0 {
            spellings(wanted, text, &mut next);
        }
        for end in &ends {
            let from = next.len();
            spellings(wanted, &text[*end..], &mut next);
            next[from..].iter_mut().for_each(|length| *length += end);
        }
        if next.is_empty() {
            if read < SHORTEST {
                return None;
            }
            // `ApiError` keeps only the first line of a text, and the part of a page before the next tag.
            let ends_a_line = matches!(wanted, '\n' | '\r' | '<') && ends.contains(&text.len());
            let cut = ends.iter().any(|end| is_cut(&text[*end..]));
            return if ends_a_line { Some(text.len()) } else { cut.then(|| text.len() - CUT.len_utf8()) };
        }
        next.sort_unstable();
        next.dedup();
        // Keep the longest ones; only a secret with many backslashes has more.
        ends = next.split_off(next.len().saturating_sub(MOST_ENDS));
    }
    ends.into_iter().max()
}

/// Whether the text was cut here, maybe in the middle of an encoded character.
fn is_cut(text: &str) -> bool {
    let last = text.strip_suffix(CUT);
    last.is_some_and(|rest| rest.is_empty() || (rest.starts_with(['%', '\\', '&']) && rest.len() < 12))
}

/// Adds the lengths of all spellings of one character that the text begins with: plain, or as in JSON, a URL or HTML.
fn spellings(wanted: char, text: &str, lengths: &mut Vec<usize>) {
    if text.starts_with(wanted) {
        lengths.push(wanted.len_utf8());
    }
    match text.as_bytes().first() {
        Some(b'+') if wanted == ' ' => lengths.push(1),
        Some(b'\\') => json_escapes(wanted, text, lengths),
        Some(b'%') => lengths.extend((1..=MOST_LAYERS).filter_map(|layers| percent_encoded(wanted, text, layers))),
        Some(b'&') => lengths.extend(html_entity(wanted, text)),
        _ => {}
    }
}

/// `\"`, `\n`, `\u00e4`, and the same with more backslashes, as in JSON inside of a string of JSON.
fn json_escapes(wanted: char, text: &str, lengths: &mut Vec<usize>) {
    let escaped = behind_backslashes(text);
    let backslashes = text.len() - escaped.len();
    if wanted == '\\' {
        lengths.extend([2, 4].into_iter().filter(|length| *length <= backslashes));
        return;
    }
    let short = match wanted {
        '\n' => 'n',
        '\r' => 'r',
        '\t' => 't',
        '\u{8}' => 'b',
        '\u{c}' => 'f',
        other => other,
    };
    if short.is_ascii() && escaped.starts_with(short) {
        lengths.push(backslashes + 1);
    }
    let mut rest = escaped;
    for unit in wanted.encode_utf16(&mut [0; 2]) {
        let digits = behind_backslashes(rest).strip_prefix('u').unwrap_or_default();
        let Some((number, behind)) = digits.split_at_checked(4) else { return };
        if u16::from_str_radix(number, 16) != Ok(*unit) {
            return;
        }
        rest = behind;
    }
    lengths.push(text.len() - rest.len());
}

fn behind_backslashes(text: &str) -> &str {
    let backslashes = text.bytes().take(MOST_BACKSLASHES).take_while(|byte| *byte == b'\\').count();
    &text[backslashes..]
}

/// `%C3%A4`, or `%25C3%25A4` where that was encoded once more.
fn percent_encoded(wanted: char, text: &str, layers: usize) -> Option<usize> {
    let mut rest = text;
    for byte in wanted.encode_utf8(&mut [0; 4]).bytes() {
        rest = rest.strip_prefix('%')?;
        for _ in 1..layers {
            rest = rest.strip_prefix("25")?;
        }
        let (digits, behind) = rest.split_at_checked(2)?;
        if u8::from_str_radix(digits, 16) != Ok(byte) {
            return None;
        }
        rest = behind;
    }
    Some(text.len() - rest.len())
}

/// `&amp;`, `&#39;`, `&#x27;`.
fn html_entity(wanted: char, text: &str) -> Option<usize> {
    // The longest is `&#1114111;`.
    let end = text.bytes().take(10).position(|byte| byte == b';')?;
    let name = &text[1..end];
    let number = |digits: &str| match digits.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => digits.parse().ok(),
    };
    let meant = match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => name.strip_prefix('#').and_then(number).and_then(char::from_u32),
    };
    (meant == Some(wanted)).then_some(name.len() + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(secret: &str, text: &str) -> String {
        masked(text, &[secret.into()]).into_owned()
    }

    #[test]
    fn a_secret_is_found_in_every_encoding() {
        let secret = "p\"ä b/\\&%\n😀<'>";
        let json = serde_json::to_string(secret).unwrap();
        let json_in_json = serde_json::to_string(&json).unwrap();
        let form = form_urlencoded::byte_serialize(secret.as_bytes()).collect::<String>();
        let ascii = r#"p\"\u00e4 b\/\\&%\n\ud83d\ude00\u003c'>"#;
        let html = "p&quot;&#xE4; b/\\&amp;%\n&#128512;&lt;&apos;&gt;";
        let twice = form.replace('+', "%20").replace('%', "%25");
        for text in [
            secret,
            json.trim_matches('"'),
            &form,
            &form.to_lowercase(),
            &form.replace('+', "%20"),
            &twice,
            &twice.replace('%', "%25"),
            ascii,
            html,
        ] {
            assert_eq!(without(secret, &format!("a {text} z")), "a *** z");
        }
        assert_eq!(without(secret, &json_in_json), r#""\"***\"""#);
    }

    #[test]
    fn every_occurrence_is_masked_and_nothing_else() {
        assert_eq!(without("hunter2", "hunter2hunter2, hunter, %hunter2%"), "******, hunter, %***%");
        assert_eq!(without("%25%", "%25%25%25"), "***%25");
        assert_eq!(without("hunter2", "hunte+2"), "hunte+2", "a plus sign is a space, and nothing else");
        assert!(matches!(masked("nothing here", &["hunter2".into()]), Cow::Borrowed(_)));
        let both = ["hunter2".into(), "hunter2-and-more".into()];
        assert_eq!(masked("hunter2-and-more", &both), MASK);
        assert_eq!(masked("(hunter2-and-more)", &both), "(***)");
    }

    #[test]
    fn a_secret_of_up_to_three_characters_is_masked_as_a_whole_text_only() {
        assert_eq!((without("123", "123"), without("123", "it is 123")), ("***".to_owned(), "it is 123".to_owned()));
        assert_eq!(without("1234", "it is 1234"), "it is ***");
        assert_eq!(without("äöü", "an äöü"), "an äöü", "characters, not bytes");
        assert_eq!((without("", ""), without("", "all of it")), (String::new(), "all of it".to_owned()));
    }

    #[test]
    fn the_beginning_of_a_secret_is_masked_where_a_text_was_cut() {
        assert_eq!(without("hunter2-and-more", "no: hunter2-an…"), "no: ***…");
        assert_eq!(without("hunt er2", "no: hunt%2…"), "no: ***…");
        assert_eq!(without("hunter2", "no: hun…"), "no: hun…");
        assert_eq!(without("hunter2", "no: hunter"), "no: hunter", "this one was not cut");
        assert_eq!(without("hunter2-and-more", "no: hunter99…"), "no: hunter99…", "another text was cut");
        assert_eq!(without("hunt 😀", r"no: hunt \ud83d\ude0…"), "no: ***…", "in the middle of a character");
        for whole in [r"no: hunt \ud83d\ude01…", "no: hunt %20 and the rest of it…"] {
            assert_eq!(without("hunt 😀", whole), whole, "another character is whole");
        }
    }

    #[test]
    fn a_secret_is_found_where_a_server_has_cut_it() {
        assert_eq!(without("hunter2-long \n", "no: hunter2-long"), "no: ***");
        assert_eq!(without(" hunter2-long", "hunter2-long"), "***");
        assert_eq!(without("hunter2\nlong", "no: hunter2"), "no: ***", "the first line of a text");
        assert_eq!(without("hunter2<b>", "no: hunter2"), "no: ***", "a page up to the next tag");
        assert_eq!(without("hunter2-long", "no: hunter2"), "no: hunter2");
    }

    #[test]
    fn many_backslashes_cost_no_more_than_other_characters() {
        let secret = "\\".repeat(50) + "!";
        assert_eq!(without(&secret, &"\\".repeat(300)).len(), 300);
    }
}
