//! Parameters that are keys without a value: `?acl`.

use crate::text::{FromTexts, Texts, ValueError};

/// A value that is there or not.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a key without a value",
    label = "it is more than there or not there",
    note = "a field marked `flag` is a `bool`, or an `Option<()>`"
)]
pub trait FlagValue {
    /// Whether it is there.
    fn is_there(&self) -> bool;

    /// The value that is there, or not.
    fn of(is_there: bool) -> Self;
}

impl FlagValue for bool {
    fn is_there(&self) -> bool {
        *self
    }

    fn of(is_there: bool) -> Self {
        is_there
    }
}

impl FlagValue for Option<()> {
    fn is_there(&self) -> bool {
        self.is_some()
    }

    fn of(is_there: bool) -> Self {
        is_there.then_some(())
    }
}

/// Writes a key without a value, if it is there.
///
/// # Errors
///
/// None; a function that writes a value returns a result.
pub fn write_flag<V: FlagValue>(value: &V, texts: Texts<'_>) -> Result<(), ValueError> {
    if value.is_there() { texts.into_place().key() } else { Ok(()) }
}

/// Reads a key without a value.
///
/// # Errors
///
/// When it has a value, or comes twice.
pub fn read_flag<V: FlagValue>(texts: FromTexts<'_>) -> Result<V, ValueError> {
    match texts.0 {
        [] => Ok(V::of(false)),
        [text] if text.is_empty() => Ok(V::of(true)),
        [_] => Err(ValueError("it is a key without a value, and came with one".to_owned())),
        several => Err(ValueError(format!("it is given {} times", several.len()))),
    }
}
