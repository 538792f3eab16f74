//! From one page to the next: the functions that the word `pages` calls.

use std::any::Any;
use std::borrow::Cow;
use std::collections::VecDeque;

use http::StatusCode;

use crate::pages::link::{LinkHeader, next_parameter};
use crate::pages::paged::Paged;
use crate::response::{DecodeError, without_values};
use crate::text::{FromTexts, ValueError};

/// What a page says about the position of the next one, which is a `P`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say where the next page is, which is a `{P}`",
    label = "`None` says that there is no next page",
    note = "the next position is an `Option` of the type of the field, or a `String`, which is empty behind the last page; a function can make one: `next = |page| …`"
)]
pub trait NextPosition<P> {
    /// The position of the next page.
    fn next_position(self) -> Option<P>;
}

#[diagnostic::do_not_recommend]
impl<C: 'static> NextPosition<C> for Option<C> {
    fn next_position(self) -> Option<C> {
        self.filter(|cursor| !is_empty_text(cursor))
    }
}

#[diagnostic::do_not_recommend]
impl<C: 'static> NextPosition<Option<C>> for Option<C> {
    fn next_position(self) -> Option<Option<C>> {
        self.filter(|cursor| !is_empty_text(cursor)).map(Some)
    }
}

#[diagnostic::do_not_recommend]
impl NextPosition<Self> for String {
    fn next_position(self) -> Option<Self> {
        Some(self).filter(|cursor| !cursor.is_empty())
    }
}

#[diagnostic::do_not_recommend]
impl NextPosition<Option<Self>> for String {
    fn next_position(self) -> Option<Option<Self>> {
        Some(self).filter(|cursor| !cursor.is_empty()).map(Some)
    }
}

fn is_empty_text(cursor: &dyn Any) -> bool {
    cursor.downcast_ref::<String>().is_some_and(String::is_empty)
}

/// A value of a request that is sent again with the next page.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is sent with each page, and cannot be cloned for the next one",
    label = "it does not implement `Clone`",
    note = "derive `Clone` for it"
)]
pub trait SentAgain: Sized {
    /// A copy for the next request.
    #[must_use]
    fn sent_again(&self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Clone> SentAgain for T {
    fn sent_again(&self) -> Self {
        self.clone()
    }
}

/// A copy of a value for the request of the next page.
pub fn sent_again<T: SentAgain>(value: &T) -> T {
    value.sent_again()
}

/// A value that a function makes of the page.
pub fn reached<R, V>(page: &R, function: impl FnOnce(&R) -> V) -> V {
    function(page)
}

/// A value that a function takes out of the page.
pub fn taken<R, V>(page: R, function: impl FnOnce(R) -> V) -> V {
    function(page)
}

/// The next position, as the page says it.
pub fn next_position<P, N: NextPosition<P>>(next: N) -> Option<P> {
    next.next_position()
}

/// The next position, by a parameter in the query of the `Link` to the next page.
///
/// # Errors
///
/// When the link has no such parameter, or one of another type.
pub fn next_by_link<E: Paged>(
    link: &impl LinkHeader,
    read: impl FnOnce(FromTexts<'_>) -> Result<E::Position, ValueError>,
) -> Result<Option<E::Position>, DecodeError> {
    let Some(values) = next_parameter(link, E::POSITION) else { return Ok(None) };
    let values: Vec<_> = values.into_iter().map(Cow::Owned).collect();
    if values.is_empty() {
        return Err(unusable::<E>("it is missing"));
    }
    read(FromTexts(&values)).map(Some).map_err(|reason| unusable::<E>(&without_values(&reason.0)))
}

#[cold]
fn unusable<E: Paged>(reason: &str) -> DecodeError {
    let reason = format!("`{}` in the `Link` to the next page: {reason}", E::POSITION);
    DecodeError::new(E::NAME, StatusCode::OK, reason)
}

/// The number of a page: an integer.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the number of a page",
    label = "a page number is an integer, such as `u32`",
    note = "the next number follows from it, so it is always sent: a server may begin with 0 or 1, and only the caller knows"
)]
pub trait PageNumber: Sized {
    /// The number of the next page; `None` when there is no such number.
    #[must_use]
    fn next_number(&self) -> Option<Self>;
}

/// The number of items before a page.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the number of items before a page",
    label = "an offset is an integer, such as `u64`, or an `Option` of one"
)]
pub trait Offset: Sized {
    /// The number of items before the next page; `None` when there is no such number.
    #[must_use]
    fn next_offset(&self, items: usize) -> Option<Self>;
}

macro_rules! integers {
    ($($integer:ty),*) => {$(
        impl PageNumber for $integer {
            fn next_number(&self) -> Option<Self> {
                self.checked_add(1)
            }
        }

        impl Offset for $integer {
            fn next_offset(&self, items: usize) -> Option<Self> {
                self.checked_add(items.try_into().ok()?)
            }
        }

        impl Offset for Option<$integer> {
            fn next_offset(&self, items: usize) -> Option<Self> {
                self.unwrap_or_default().next_offset(items).map(Some)
            }
        }
    )*};
}

integers!(u8, u16, u32, u64, u128, usize, i16, i32, i64, i128, isize);

/// The number of the next page. A page without items is the last one.
///
/// # Errors
///
/// When the type of the number is too small for it.
pub fn next_by_number<E: Paged<Position = P>, P: PageNumber>(
    number: &P,
    items: usize,
) -> Result<Option<E::Position>, DecodeError> {
    if items == 0 { Ok(None) } else { fitting::<E>(number.next_number()) }
}

/// The number of items before the next page. A page without items is the last one.
///
/// # Errors
///
/// When the type of the number is too small for it.
pub fn next_by_offset<E: Paged<Position = P>, P: Offset>(
    offset: &P,
    items: usize,
) -> Result<Option<E::Position>, DecodeError> {
    if items == 0 { Ok(None) } else { fitting::<E>(offset.next_offset(items)) }
}

fn fitting<E: Paged>(position: Option<E::Position>) -> Result<Option<E::Position>, DecodeError> {
    let too_large = || {
        let reason = format!("the next `{}` is larger than its type", E::POSITION);
        DecodeError::new(E::NAME, StatusCode::OK, reason)
    };
    position.ok_or_else(too_large).map(Some)
}

/// Whether a page says that there is another one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say whether there are more pages",
    label = "`more` is a `bool`",
    note = "a function can make one: `more = |page| …`"
)]
pub trait More {
    /// Whether there is another page.
    fn is_more(&self) -> bool;
}

impl More for bool {
    fn is_more(&self) -> bool {
        *self
    }
}

/// Whether there is another page.
pub fn is_more(more: &impl More) -> bool {
    more.is_more()
}

/// The items of a page.
#[diagnostic::on_unimplemented(
    message = "the items of this page are a `{Self}`, and no list of `{T}`",
    label = "a list is a `Vec<{T}>`, or an `Option` of one",
    note = "where the items are of another type, name it: `items = data: Type`; a function can make a list: `items = |page| …`"
)]
pub trait ListOf<T> {
    /// The number of the items.
    fn count(&self) -> usize;

    /// The items.
    fn into_items(self) -> Vec<T>;
}

#[diagnostic::do_not_recommend]
impl<T> ListOf<T> for Vec<T> {
    fn count(&self) -> usize {
        self.len()
    }

    fn into_items(self) -> Self {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T> ListOf<T> for VecDeque<T> {
    fn count(&self) -> usize {
        self.len()
    }

    fn into_items(self) -> Vec<T> {
        self.into()
    }
}

#[diagnostic::do_not_recommend]
impl<T, L: ListOf<T>> ListOf<T> for Option<L> {
    fn count(&self) -> usize {
        self.as_ref().map_or(0, ListOf::count)
    }

    fn into_items(self) -> Vec<T> {
        self.map_or_else(Vec::new, ListOf::into_items)
    }
}

/// The functions of a list, for two places that read it. Both get it from [`list_of`], so that the compiler reports a type
/// that is no list once.
#[derive(Debug)]
pub struct List<T, L> {
    count: fn(&L) -> usize,
    items: fn(L) -> Vec<T>,
}

/// The functions of a list of `T`.
#[must_use]
pub fn list_of<T, L: ListOf<T>>(_: &L) -> List<T, L> {
    List { count: L::count, items: L::into_items }
}

impl<T, L> List<T, L> {
    /// The number of the items.
    pub fn count(self, list: &L) -> usize {
        (self.count)(list)
    }

    /// The items.
    pub fn items(self, list: L) -> Vec<T> {
        (self.items)(list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_absent_or_empty_cursor_is_the_end() {
        assert_eq!(next_position::<String, _>(Some("c2".to_owned())), Some("c2".to_owned()));
        assert_eq!(next_position::<Option<String>, _>(Some("c2".to_owned())), Some(Some("c2".to_owned())));
        assert_eq!(next_position::<u8, _>(Some(0_u8)), Some(0), "a number is not empty");
        for end in [None, Some(String::new())] {
            assert_eq!(next_position::<String, _>(end.clone()), None, "{end:?}");
            assert_eq!(next_position::<Option<String>, _>(end.clone()), None, "{end:?}");
        }
    }

    #[test]
    fn a_cursor_that_is_always_sent_is_empty_at_the_end() {
        assert_eq!(next_position::<String, _>("c2".to_owned()), Some("c2".to_owned()));
        assert_eq!(next_position::<Option<String>, _>("c2".to_owned()), Some(Some("c2".to_owned())));
        assert_eq!(next_position::<String, _>(String::new()), None);
        assert_eq!(next_position::<Option<String>, _>(String::new()), None);
    }

    #[test]
    fn the_items_of_each_kind_of_list_are_counted_and_taken() {
        fn taken<L: ListOf<u8>>(list: L) -> (usize, Vec<u8>) {
            (list_of(&list).count(&list), list_of(&list).items(list))
        }

        assert_eq!(taken(vec![7, 8]), (2, vec![7, 8]));
        assert_eq!(taken(VecDeque::from([7, 8])), (2, vec![7, 8]));
        assert_eq!(taken(VecDeque::new()), (0, vec![]));
        assert_eq!(taken(Some(vec![7, 8])), (2, vec![7, 8]));
        assert_eq!(taken(None::<Vec<u8>>), (0, vec![]));
    }
}
