//! The pages of an endpoint, and their items: streams that ask for one page after the other.

use std::collections::HashSet;
use std::future::{Future, poll_fn};
use std::hash::{BuildHasher, Hash, Hasher, RandomState};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::{fmt, mem, vec};

use futures_core::Stream;
use http::StatusCode;

use crate::auth::SatisfiedBy;
use crate::endpoint::{Dispatch, Endpoint};
use crate::response::{DecodeError, ResponseError};

mod link;
pub(crate) mod paged;
pub(crate) mod steps;

use self::paged::Paged;

/// An endpoint and the result of its call.
type Loaded<E, X> = (E, Result<<E as Endpoint>::Response, X>);
type Loading<'c, E, X> = Pin<Box<dyn Future<Output = Loaded<E, X>> + Send + 'c>>;
type Load<'c, E, X> = Box<dyn Fn(E) -> Loading<'c, E, X> + Send + 'c>;

/// The pages of an endpoint, one after the other: a stream, whose [`next`](Self::next) needs no import.
///
/// A page is asked for when it is waited for, and not before. The pages end behind the last one, at their
/// [`limit`](Self::limit), and after an error. Then [`position`](Self::position) says where to go on.
///
/// A server that leads to a page that was read already would be asked for ever. So the same request is not sent twice: the
/// page before it is returned, and then an error that names the repeated value ([`DecodeError`]).
///
/// ```
/// use std::future::{Ready, ready};
///
/// use qelos_spec::auth::{SatisfiedBy, SignedIn};
/// use qelos_spec::{Dispatch, EncodeError, Endpoint, Pages, Request, ResponseError};
///
/// #[derive(serde::Deserialize)]
/// struct Page {
///     numbers: Vec<u64>,
///     next: Option<String>,
/// }
///
/// #[derive(Endpoint)]
/// #[endpoint(
///     GET, "/api/numbers", response = Page, auth = SignedIn,
///     pages(cursor = after, next = next, items = numbers: u64),
/// )]
/// struct ListNumbers {
///     after: Option<String>,
/// }
/// #
/// # struct Tester;
/// # impl SatisfiedBy<Tester> for SignedIn {}
/// # struct Server;
/// # impl Dispatch for Server {
/// #     type Credential = Tester;
/// #     type Error = ResponseError;
/// #     type Call<R: Send + 'static> = Ready<Result<R, ResponseError>>;
/// #     fn dispatch_encoded<E>(&self, request: Result<Request, EncodeError>) -> Self::Call<E::Response>
/// #     where
/// #         E: Endpoint<Auth: SatisfiedBy<Tester>>,
/// #     {
/// #         let is_first = request.unwrap().target() == "/api/numbers";
/// #         let page = if is_first { r#"{"numbers":[7,8],"next":"b"}"# } else { r#"{"numbers":[9],"next":null}"# };
/// #         ready(E::decode(&http::Response::new(page.into())))
/// #     }
/// # }
/// # fn now<T>(future: impl Future<Output = T>) -> T {
/// #     let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
/// #     let std::task::Poll::Ready(value) = std::pin::pin!(future).poll(&mut cx) else { panic!("it waits") };
/// #     value
/// # }
/// # now(async {
/// # let client = Server;
///
/// let mut pages = Pages::new(&client, ListNumbers { after: None });
/// assert_eq!(pages.next().await.transpose()?.map(|page| page.numbers), Some(vec![7, 8]));
/// // Store it, and go on another day:
/// let position = pages.position().cloned().unwrap();
/// let mut numbers = Pages::new(&client, ListNumbers { after: None }).at(position).items();
/// assert_eq!(numbers.next().await.transpose()?, Some(9));
/// assert_eq!(numbers.next().await.transpose()?, None);
/// # Ok::<(), ResponseError>(())
/// # }).unwrap();
/// ```
#[must_use = "pages are asked for when they are waited for"]
pub struct Pages<'c, E: Paged, X> {
    load: Load<'c, E, X>,
    fail: fn(ResponseError) -> X,
    state: State<'c, E, X>,
    /// The position of the next page; none behind the last one.
    position: Option<E::Position>,
    /// How many pages may still be asked for.
    left: usize,
    read: Requests,
}

enum State<'c, E: Paged, X> {
    Ready(E),
    Loading(Loading<'c, E, X>),
    /// The page was read, and it leads nowhere.
    Failed(X),
    Done,
}

impl<'c, E: Paged + Send + 'c, X: From<ResponseError>> Pages<'c, E, X> {
    /// The pages of an endpoint, by a client or any other [`Dispatch`].
    pub fn new<D>(client: &'c D, endpoint: E) -> Self
    where
        D: Dispatch<Error = X>,
        E::Auth: SatisfiedBy<D::Credential>,
    {
        Self::from_fn(endpoint, move |endpoint| {
            let call = client.dispatch(&endpoint);
            async move { (endpoint, call.await) }
        })
    }

    /// The pages of an endpoint, by a function that calls it and returns it with its response. The methods of a resource
    /// are such functions for a double.
    pub fn from_fn<F, L>(endpoint: E, load: F) -> Self
    where
        F: Fn(E) -> L + Send + 'c,
        L: Future<Output = (E, Result<E::Response, X>)> + Send + 'c,
    {
        Self {
            load: Box::new(move |endpoint| Box::pin(load(endpoint))),
            fail: X::from,
            position: Some(endpoint.position()),
            state: State::Ready(endpoint),
            left: usize::MAX,
            read: Requests::default(),
        }
    }
}

impl<'c, E: Paged, X> Pages<'c, E, X> {
    /// The pages from a stored position on. Pages that were begun are not affected: call it before the first
    /// [`next`](Self::next).
    pub fn at(mut self, position: E::Position) -> Self {
        if let State::Ready(endpoint) = &self.state {
            let endpoint = endpoint.at(position);
            self.position = Some(endpoint.position());
            self.state = State::Ready(endpoint);
        }
        self
    }

    /// At most so many pages from here on.
    pub fn limit(mut self, pages: usize) -> Self {
        self.left = pages;
        self
    }

    /// The items of the pages, one after the other.
    pub fn items(self) -> Items<'c, E, X> {
        Items::of(self)
    }

    /// The position of the page that comes next: to store it, and to go on with [`at`](Self::at). `None` behind the last
    /// page. After an error it is the position of the page that was asked for last.
    #[must_use]
    pub fn position(&self) -> Option<&E::Position> {
        self.position.as_ref()
    }

    /// The next page; `None` behind the last one.
    ///
    /// # Errors
    ///
    /// The item is an error when a call fails, or when a page leads to no other one or to one that was read already.
    ///
    /// # Cancel safety
    ///
    /// No page is lost when the future is dropped: its call goes on when the next one is polled.
    #[expect(clippy::should_implement_trait, reason = "it is the method of a stream, which waits")]
    pub fn next(&mut self) -> impl Future<Output = Option<Result<E::Response, X>>> + use<'_, 'c, E, X> {
        poll_fn(|cx| self.poll_page(cx).map(|page| page.map(|page| page.map(|(page, _)| page))))
    }

    /// The next page and its position.
    fn poll_page(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Positioned<E>, X>>> {
        let mut loading = match mem::replace(&mut self.state, State::Done) {
            State::Ready(endpoint) if self.left > 0 => {
                self.left -= 1;
                self.read.is_new(&endpoint);
                (self.load)(endpoint)
            }
            State::Loading(loading) => loading,
            State::Failed(error) => return Poll::Ready(Some(Err(error))),
            state @ (State::Ready(_) | State::Done) => {
                self.state = state;
                return Poll::Ready(None);
            }
        };
        let Poll::Ready((endpoint, result)) = loading.as_mut().poll(cx) else {
            self.state = State::Loading(loading);
            return Poll::Pending;
        };
        Poll::Ready(Some(result.map(|page| {
            let here = self.go_on(&endpoint, &page);
            (page, here)
        })))
    }

    /// Goes to the page behind `page`. Returns the position of `page`.
    fn go_on(&mut self, endpoint: &E, page: &E::Response) -> E::Position {
        let following = endpoint.following(page).and_then(|following| match following {
            Some(following) if !self.read.is_new(&following) => Err(repeated::<E>()),
            following => Ok(following),
        });
        match following {
            Ok(Some(following)) => {
                self.position = Some(following.position());
                self.state = State::Ready(following);
            }
            Ok(None) => self.position = None,
            Err(error) => self.state = State::Failed((self.fail)(ResponseError::Decode(error))),
        }
        endpoint.position()
    }
}

/// A page and its position.
type Positioned<E> = (<E as Endpoint>::Response, <E as Paged>::Position);

/// The value itself may be personal or secret, so the error has its name only.
#[cold]
fn repeated<E: Paged>() -> DecodeError {
    let reason = format!("it leads to a page that was read already: `{}` repeats", E::POSITION);
    DecodeError::new(E::NAME, StatusCode::OK, reason)
}

impl<E: Paged, X> Stream for Pages<'_, E, X> {
    type Item = Result<E::Response, X>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let page = ready!(self.poll_page(cx));
        Poll::Ready(page.map(|page| page.map(|(page, _)| page)))
    }
}

// The call is in a box, and no other field is pinned.
impl<E: Paged, X> Unpin for Pages<'_, E, X> {}

impl<E: Paged, X> fmt::Debug for Pages<'_, E, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("endpoint", &E::NAME).finish_non_exhaustive()
    }
}

/// The items of all pages, one after the other: a stream, whose [`next`](Self::next) needs no import. See [`Pages`].
///
/// A page without items is skipped. An error ends the items.
#[must_use = "items are asked for when they are waited for"]
pub struct Items<'c, E: Paged, X> {
    pages: Pages<'c, E, X>,
    /// The items of one page that were not returned yet.
    page: vec::IntoIter<E::Item>,
    /// The position of that page.
    position: Option<E::Position>,
    /// How many items may still be returned.
    left: usize,
}

impl<'c, E: Paged, X> Items<'c, E, X> {
    fn of(pages: Pages<'c, E, X>) -> Self {
        Self { pages, page: Vec::new().into_iter(), position: None, left: usize::MAX }
    }

    /// The items from a stored position on: see [`Pages::at`].
    pub fn at(mut self, position: E::Position) -> Self {
        self.pages = self.pages.at(position);
        self
    }

    /// At most so many items from here on. No page is asked for behind the last of them.
    pub fn limit(mut self, items: usize) -> Self {
        self.left = items;
        self
    }

    /// The position to go on with: to store it, and to take it up with [`at`](Self::at). `None` behind the last item.
    ///
    /// It is the position of a page. Within a page, the items of it that were returned already come once more.
    #[must_use]
    pub fn position(&self) -> Option<&E::Position> {
        if self.page.as_slice().is_empty() { self.pages.position() } else { self.position.as_ref() }
    }

    /// The next item; `None` behind the last one.
    ///
    /// # Errors
    ///
    /// The item is an error when a page cannot be read: see [`Pages::next`].
    ///
    /// # Cancel safety
    ///
    /// No item is lost when the future is dropped.
    #[expect(clippy::should_implement_trait, reason = "it is the method of a stream, which waits")]
    pub fn next(&mut self) -> impl Future<Output = Option<Result<E::Item, X>>> + use<'_, 'c, E, X> {
        poll_fn(|cx| self.poll_item(cx))
    }

    fn poll_item(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<E::Item, X>>> {
        while self.left > 0 {
            if let Some(item) = self.page.next() {
                self.left -= 1;
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(self.pages.poll_page(cx)) {
                Some(Ok((page, position))) => {
                    self.page = E::items(page).into_iter();
                    self.position = Some(position);
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => break,
            }
        }
        Poll::Ready(None)
    }
}

impl<E: Paged, X> Stream for Items<'_, E, X> {
    type Item = Result<E::Item, X>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_item(cx)
    }
}

impl<E: Paged, X> Unpin for Items<'_, E, X> {}

impl<E: Paged, X> fmt::Debug for Items<'_, E, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("endpoint", &E::NAME).finish_non_exhaustive()
    }
}

/// The requests that were sent, as hashes with a key of their own: eight bytes for each page.
#[derive(Default)]
struct Requests {
    hashes: HashSet<u64>,
    key: RandomState,
}

impl Requests {
    /// Adds a request, and says whether it is new. One that cannot be written is new: its call reports the error.
    fn is_new(&mut self, endpoint: &impl Endpoint) -> bool {
        let Ok(request) = endpoint.encode() else { return true };
        let mut hasher = self.key.build_hasher();
        (request.target(), request.body()).hash(&mut hasher);
        for (name, value) in &request.fields {
            (name.as_str(), value.as_bytes()).hash(&mut hasher);
        }
        self.hashes.insert(hasher.finish())
    }
}
