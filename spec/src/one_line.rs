//! Foreign text on one bounded line. A message of a server or an operating system may be long, and may hold line
//! breaks, escape sequences of a terminal and marks that turn the direction of writing. Shared with `qelos-client`; not
//! for users.

use std::fmt::{self, Write};

/// Passes text on up to a number of characters, and writes an ellipsis in place of the rest. Hidden characters are
/// escaped, as in `\n` and `\u{202e}`.
pub struct OneLine<'w, W> {
    to: &'w mut W,
    left: usize,
    is_full: bool,
}

impl<'w, W: Write> OneLine<'w, W> {
    /// A line of at most `longest` characters, the ellipsis included.
    pub fn new(to: &'w mut W, longest: usize) -> Self {
        Self { to, left: longest.saturating_sub(1), is_full: false }
    }

    fn takes(&mut self, characters: usize) -> bool {
        match self.left.checked_sub(characters) {
            Some(left) if !self.is_full => self.left = left,
            _ => return false,
        }
        true
    }
}

impl<W: Write> Write for OneLine<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            let escaped = is_hidden(c).then(|| c.escape_default());
            if self.takes(escaped.as_ref().map_or(1, ExactSizeIterator::len)) {
                match escaped {
                    Some(escaped) => write!(self.to, "{escaped}")?,
                    None => self.to.write_char(c)?,
                }
            } else if !self.is_full {
                self.is_full = true;
                self.to.write_char('…')?;
            }
            if self.is_full {
                break;
            }
        }
        Ok(())
    }
}

/// Whether a character ends a line, steers a terminal, or changes the order in which others are shown.
fn is_hidden(c: char) -> bool {
    let separates_lines = matches!(c, '\u{2028}' | '\u{2029}');
    let turns_around =
        matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || separates_lines || turns_around || c == '\u{feff}'
}

/// The text, or its first characters and an ellipsis.
pub(crate) fn shorten(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, longest: usize) -> String {
        let mut line = String::new();
        // In two pieces, as a formatter would.
        let (first, second) = text.split_at(text.floor_char_boundary(text.len() / 2));
        let mut to = OneLine::new(&mut line, longest);
        to.write_str(first).and_then(|()| to.write_str(second)).expect("a String takes everything");
        line
    }

    #[test]
    fn hidden_characters_are_escaped() {
        assert_eq!(line("a\nb\r\t\u{1b}[31m", 99), r"a\nb\r\t\u{1b}[31m");
        assert_eq!(line("\u{202e}\u{2028}\u{85}\u{feff}", 99), r"\u{202e}\u{2028}\u{85}\u{feff}");
        assert_eq!(line("größer 👩‍🚀 \"q\" \\", 99), "größer 👩‍🚀 \"q\" \\", "the rest is left alone");
    }

    #[test]
    fn a_line_ends_within_its_bound() {
        assert_eq!(line("abcdefgh", 5), "abcd…");
        assert_eq!(line("abcd", 5), "abcd");
        assert_eq!(line("abc\u{202e}d", 6), "abc…", "an escape is written whole or not at all");
        assert_eq!(line("a\u{202e}bcdefg", 6), "a…", "nothing follows the ellipsis, although there is room");
    }
}
