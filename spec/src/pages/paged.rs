//! Endpoints whose responses come in pages.

use crate::endpoint::Endpoint;
use crate::response::DecodeError;

/// An endpoint whose response is one page of a list, and says where the next one is.
///
/// The word `pages` of `#[endpoint(…)]` and of the methods of a `#[resource]` implements it. `Client::pages` and
/// [`Pages::new`](crate::Pages::new) read the pages one after the other.
///
/// ```
/// use qelos_spec::auth::SignedIn;
/// use qelos_spec::{DecodeError, Endpoint, Paged};
///
/// #[derive(serde::Deserialize)]
/// struct Numbers {
///     numbers: Vec<u64>,
/// }
///
/// /// The numbers of invoices, in their order.
/// #[derive(Endpoint)]
/// #[endpoint(GET, "/api/numbers", response = Numbers, auth = SignedIn)]
/// struct ListNumbers {
///     after: Option<u64>,
/// }
///
/// impl Paged for ListNumbers {
///     type Item = u64;
///     type Position = Option<u64>;
///     const POSITION: &'static str = "after";
///
///     fn following(&self, page: &Numbers) -> Result<Option<Self>, DecodeError> {
///         Ok(page.numbers.last().map(|last| ListNumbers { after: Some(*last) }))
///     }
///
///     fn items(page: Numbers) -> Vec<u64> {
///         page.numbers
///     }
///
///     fn position(&self) -> Option<u64> {
///         self.after
///     }
///
///     fn at(&self, position: Option<u64>) -> Self {
///         ListNumbers { after: position }
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no pages",
    label = "its declaration does not say how its pages follow each other",
    note = "add the word to its `#[endpoint(…)]`: `pages(cursor = after, next = meta.next, items = data)`"
)]
pub trait Paged: Endpoint + Sized {
    /// An item of a page.
    type Item;
    /// The value in the request that says which page it is, such as a cursor. A program may store it, and go on there
    /// later.
    type Position;
    /// The name of that value in the request, for errors.
    const POSITION: &'static str;

    /// The request of the page behind `page`, which is the response to this request. `None` behind the last page.
    ///
    /// # Errors
    ///
    /// When the page names a next one that cannot be asked for.
    fn following(&self, page: &Self::Response) -> Result<Option<Self>, DecodeError>;

    /// The items of a page.
    fn items(page: Self::Response) -> Vec<Self::Item>;

    /// The position of the page that this request asks for.
    fn position(&self) -> Self::Position;

    /// The same request for the page at another position.
    #[must_use]
    fn at(&self, position: Self::Position) -> Self;
}
