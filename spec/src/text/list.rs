//! Lists as one text: their elements with a separator between them.

use std::borrow::Cow;

use crate::text::{FromTexts, TextPlace, Texts, ValueError};
use crate::value::{FromWire, TextValue};

/// Writes a list as one text. An empty list is no text.
///
/// # Errors
///
/// When an element is empty, begins or ends with a space, or holds the separator: it would be read as another list.
pub fn write_list(
    separator: char,
    list: Texts<'_>,
    write: impl FnOnce(Texts<'_>) -> Result<(), ValueError>,
) -> Result<(), ValueError> {
    let mut elements = Elements { text: String::new(), separator };
    write(Texts::new(&mut elements))?;
    if elements.text.is_empty() { Ok(()) } else { list.into_place().list(&elements.text, separator) }
}

/// Reads a list from one text, or from several, as a header may come in several lines.
///
/// # Errors
///
/// When the elements are not those of such a list.
pub fn read_list<V>(
    separator: char,
    texts: FromTexts<'_>,
    read: impl FnOnce(FromTexts<'_>) -> Result<V, ValueError>,
) -> Result<V, ValueError> {
    let elements = texts.0.iter().flat_map(|text| text.split(separator)).map(str::trim);
    let elements: Vec<_> = elements.filter(|element| !element.is_empty()).map(Cow::Borrowed).collect();
    read(FromTexts(&elements))
}

/// Writes a value as texts.
///
/// # Errors
///
/// When the value has no text form.
pub fn write_text<V: TextValue + ?Sized>(value: &V, texts: Texts<'_>) -> Result<(), ValueError> {
    value.serialize(texts)
}

/// Reads a value from texts.
///
/// # Errors
///
/// When the texts are not such a value.
pub fn read_text<V: FromWire>(texts: FromTexts<'_>) -> Result<V, ValueError> {
    V::deserialize(texts)
}

/// The elements of a list, with the separator between them.
struct Elements {
    text: String,
    separator: char,
}

impl TextPlace for Elements {
    fn text(&mut self, text: &str) -> Result<(), ValueError> {
        if text.is_empty() || text.trim() != text || text.contains(self.separator) {
            return Err(ValueError(format!(
                "an element of this list is empty, has a space at one of its ends, or holds the `{}` that separates them: it would be read as another list",
                self.separator
            )));
        }
        if !self.text.is_empty() {
            self.text.push(self.separator);
        }
        self.text.push_str(text);
        Ok(())
    }
}
