//! The traits of values in a form of several parts.
//!
//! A text is what serde writes as one. A file is a [`File`] or an [`Upload`], which serde does not write.

use std::borrow::Cow;

use serde::Serialize;

use super::{File, Multipart, Part};
use crate::body::Upload;
use crate::secret::Collecting;
use crate::text::{FromTexts, Texts, ValueError};
use crate::value::{FromWire, Many, Maybe, One};

/// A value that can be a part of a form, several parts (`Vec`), or none (`Option`).
///
/// `K` only keeps texts and files apart; it is always inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a part of a form",
    label = "a part is text or a file",
    note = "a text implements `serde::Serialize`, and comes out as a scalar; mark any other value of serde `#[endpoint(part, json)]`",
    note = "a file is a `File`, or an `Upload` if it has no name; `Option<File>` may be absent, `Vec<File>` is repeated",
    note = "a `SecretString` is sent where its field is marked `#[endpoint(part, secret)]`"
)]
pub trait PartValue<K> {
    /// Adds the parts of the value to a form.
    ///
    /// # Errors
    ///
    /// When the value has no text form.
    fn add_to(&self, form: &mut Multipart, name: &str) -> Result<(), ValueError>;
}

/// A value that can be read back out of the parts of one name; the inverse of [`PartValue`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a part of a form",
    label = "it is no file, and does not implement `serde::Deserialize`",
    note = "`DecodeRequest` reads what `Endpoint` writes; derive it: `#[derive(serde::Deserialize)]`"
)]
pub trait FromPartValue<K>: Sized {
    /// Reads the parts of one name.
    ///
    /// # Errors
    ///
    /// When they are not such a value; the error is the reason.
    fn from_parts(parts: &[&Part]) -> Result<Self, ValueError>;
}

/// Texts; see [`PartValue`].
#[derive(Debug)]
pub struct Text;

#[diagnostic::do_not_recommend]
impl<T: Serialize + ?Sized> PartValue<Text> for T {
    fn add_to(&self, form: &mut Multipart, name: &str) -> Result<(), ValueError> {
        let (encoding, mut texts) = (Collecting::start(), Vec::new());
        self.serialize(Texts::new(&mut texts))?;
        let secrets = encoding.finish();
        form.parts.extend(texts.into_iter().map(|text| Part { secrets: secrets.clone(), ..Part::text(name, text) }));
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<T: FromWire> FromPartValue<Text> for T {
    fn from_parts(parts: &[&Part]) -> Result<Self, ValueError> {
        let texts: Option<Vec<_>> = parts.iter().map(|part| part.as_text().map(Cow::from)).collect();
        T::deserialize(FromTexts(&texts.ok_or_else(|| ValueError("it is not text in UTF-8".to_owned()))?))
    }
}

/// The content of one part that is no text.
pub trait FileContent: Sized {
    /// The part of this name.
    fn to_part(&self, name: &str) -> Part;

    /// The content of a part; `None` if the part has no file name, and needs one.
    fn of_part(part: &Part) -> Option<Self>;
}

impl FileContent for File {
    fn to_part(&self, name: &str) -> Part {
        Part::file(name, self.name(), self.content().clone()).of_type(self.media_type().clone())
    }

    fn of_part(part: &Part) -> Option<Self> {
        let file = Self::new(part.file_name()?, part.content.clone());
        Some(part.media_type.iter().cloned().fold(file, Self::of_type))
    }
}

impl FileContent for Upload {
    fn to_part(&self, name: &str) -> Part {
        Part::bytes(name, self.clone())
    }

    fn of_part(part: &Part) -> Option<Self> {
        Some(part.content.clone())
    }
}

fn file<T: FileContent>(part: &Part) -> Result<T, ValueError> {
    T::of_part(part).ok_or_else(|| ValueError("it has no file name".to_owned()))
}

#[diagnostic::do_not_recommend]
impl<T: FileContent> PartValue<One> for T {
    fn add_to(&self, form: &mut Multipart, name: &str) -> Result<(), ValueError> {
        form.push(self.to_part(name));
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<T: FileContent> FromPartValue<One> for T {
    fn from_parts(parts: &[&Part]) -> Result<Self, ValueError> {
        Option::<T>::from_parts(parts)?.ok_or_else(|| ValueError("it is missing".to_owned()))
    }
}

#[diagnostic::do_not_recommend]
impl<T: FileContent> PartValue<Maybe> for Option<T> {
    fn add_to(&self, form: &mut Multipart, name: &str) -> Result<(), ValueError> {
        form.parts.extend(self.iter().map(|file| file.to_part(name)));
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<T: FileContent> FromPartValue<Maybe> for Option<T> {
    fn from_parts(parts: &[&Part]) -> Result<Self, ValueError> {
        match parts {
            [] => Ok(None),
            [part] => file(part).map(Some),
            several => Err(ValueError(format!("it is given {} times", several.len()))),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T: FileContent> PartValue<Many> for Vec<T> {
    fn add_to(&self, form: &mut Multipart, name: &str) -> Result<(), ValueError> {
        form.parts.extend(self.iter().map(|file| file.to_part(name)));
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<T: FileContent> FromPartValue<Many> for Vec<T> {
    fn from_parts(parts: &[&Part]) -> Result<Self, ValueError> {
        parts.iter().map(|part| file(part)).collect()
    }
}
