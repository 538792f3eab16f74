//! Pages by declaration: each way in which one leads to the next, over a transport that expects the requests.

use std::borrow::Cow;
use std::fmt::Debug;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Mutex;

use qelos_client::auth::{ApiTokenAuth, SignedIn};
use qelos_client::futures_core::Stream;
use qelos_client::testing::{FakeTransport, Refusal};
use qelos_client::{Client, DecodeRequest, Endpoint, Error, Items, Paged, Pages, Response, ResponseError, resource};
use serde::{Deserialize, Serialize};

type Tester = Client<ApiTokenAuth, FakeTransport>;

fn client(server: &FakeTransport) -> Tester {
    Client::builder("https://acme.example").transport(server.clone()).api_token("ql_1").build().unwrap()
}

async fn all<E: Paged<Item: Debug>>(mut items: Items<'_, E, Error>) -> Vec<E::Item> {
    let mut found = Vec::new();
    while let Some(item) = items.next().await {
        found.push(item.unwrap());
    }
    found
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Page<T> {
    data: Vec<T>,
    meta: Meta,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Meta {
    next: Option<String>,
}

fn page(data: &[u32], next: Option<&str>) -> Page<u32> {
    Page { data: data.to_vec(), meta: Meta { next: next.map(str::to_owned) } }
}

/// By a cursor in the body.
#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(
    GET, "/numbers", response = Page<u32>, auth = SignedIn,
    pages(cursor = after, next = meta.next, items = data),
)]
struct ByCursor {
    after: Option<String>,
    #[endpoint(rename = "of")]
    owner: String,
}

fn by_cursor(after: Option<&str>) -> ByCursor {
    ByCursor { after: after.map(str::to_owned), owner: "ada".to_owned() }
}

#[tokio::test]
async fn a_cursor_leads_from_page_to_page_and_the_other_values_stay() {
    let server = FakeTransport::new();
    server.expect(&by_cursor(None)).reply(&page(&[1, 2], Some("b")));
    server.expect(&by_cursor(Some("b"))).reply(&page(&[], Some("c")));
    server.expect(&by_cursor(Some("c"))).reply(&page(&[3], None));
    let client = client(&server);
    assert_eq!(all(client.pages(by_cursor(None)).items()).await, [1, 2, 3], "an empty page is not the last one");
}

/// The next item of a stream, as combinators get it.
async fn next<S: Stream + Unpin>(stream: &mut S) -> Option<S::Item> {
    poll_fn(|cx| Pin::new(&mut *stream).poll_next(cx)).await
}

#[tokio::test]
async fn pages_and_items_are_streams() {
    let server = FakeTransport::new();
    for _ in 0..2 {
        server.expect(&by_cursor(None)).reply(&page(&[1, 2], Some("b")));
        server.expect(&by_cursor(Some("b"))).reply(&page(&[3], None));
    }
    let client = client(&server);
    let mut pages = client.pages(by_cursor(None));
    assert_eq!(format!("{pages:?}"), "Pages { endpoint: \"ByCursor\", .. }");
    assert_eq!(next(&mut pages).await.unwrap().unwrap().data, [1, 2]);
    assert_eq!(next(&mut pages).await.unwrap().unwrap().data, [3]);
    assert!(next(&mut pages).await.is_none());
    let mut items = client.pages(by_cursor(None)).items();
    assert_eq!(format!("{items:?}"), "Items { endpoint: \"ByCursor\", .. }");
    for item in 1..=3 {
        assert_eq!(next(&mut items).await.unwrap().unwrap(), item);
    }
    assert!(next(&mut items).await.is_none());
}

#[tokio::test]
async fn an_empty_cursor_ends_the_pages() {
    let server = FakeTransport::new();
    server.expect(&by_cursor(None)).reply(&page(&[1], Some("")));
    assert_eq!(all(client(&server).pages(by_cursor(None)).items()).await, [1]);
}

#[tokio::test]
async fn the_pages_are_read_whole_as_well() {
    let server = FakeTransport::new();
    server.expect(&by_cursor(None)).reply(&page(&[1], Some("b")));
    server.expect(&by_cursor(Some("b"))).reply(&page(&[2], None));
    let client = client(&server);
    let mut pages = client.pages(by_cursor(None));
    assert_eq!(pages.next().await.unwrap().unwrap().data, [1]);
    assert_eq!(pages.position(), Some(&Some("b".to_owned())));
    assert_eq!(pages.next().await.unwrap().unwrap().data, [2]);
    assert_eq!(pages.position(), None);
    assert!(pages.next().await.is_none() && pages.next().await.is_none());
}

#[tokio::test]
async fn a_repeated_cursor_is_an_error_behind_its_page() {
    let server = FakeTransport::new();
    server.expect(&by_cursor(None)).reply(&page(&[1], Some("b")));
    server.expect(&by_cursor(Some("b"))).reply(&page(&[2], Some("c")));
    server.expect(&by_cursor(Some("c"))).reply(&page(&[3], Some("b")));
    let client = client(&server);
    let mut items = client.pages(by_cursor(None)).items();
    for expected in 1..=3 {
        assert_eq!(items.next().await.unwrap().unwrap(), expected);
    }
    let error = items.next().await.unwrap().unwrap_err();
    assert!(error.is_decode());
    assert_eq!(
        error.to_string(),
        "the response to `ByCursor` (200 OK) is not the declared one: it leads to a page that was read already: \
         `after` repeats"
    );
    assert!(items.next().await.is_none());
}

#[tokio::test]
async fn no_page_is_asked_for_behind_the_limit() {
    let server = FakeTransport::new();
    server.expect(&by_cursor(None)).reply(&page(&[1, 2], Some("b")));
    server.expect(&by_cursor(Some("b"))).reply(&page(&[3, 4], Some("c")));
    let client = client(&server);
    let mut items = client.pages(by_cursor(None)).items().limit(3);
    assert_eq!(items.next().await.unwrap().unwrap(), 1);
    assert_eq!(items.position(), Some(&None), "the first page still has an item");
    assert_eq!(items.next().await.unwrap().unwrap(), 2);
    assert_eq!(items.position(), Some(&Some("b".to_owned())));
    assert_eq!(items.next().await.unwrap().unwrap(), 3);
    assert!(items.next().await.is_none());
    assert_eq!(items.position(), Some(&Some("b".to_owned())), "the second page still has an item");

    let server = FakeTransport::new();
    server.expect(&by_cursor(None)).reply(&page(&[1, 2], Some("b")));
    let other = self::client(&server);
    assert_eq!(all(other.pages(by_cursor(None)).limit(1).items()).await, [1, 2]);
    let none = client.pages(by_cursor(None)).items().limit(0).next().await;
    assert!(none.is_none());
}

#[tokio::test]
async fn a_stored_position_is_taken_up_again() {
    let server = FakeTransport::new();
    server.expect(&by_cursor(None)).reply(&page(&[1], Some("b")));
    server.expect(&by_cursor(Some("b"))).refuse(Refusal::new(http::StatusCode::GONE, "later"));
    server.expect(&by_cursor(Some("b"))).reply(&page(&[2], None));
    let client = client(&server);
    let mut items = client.pages(by_cursor(None)).items();
    assert_eq!(items.next().await.unwrap().unwrap(), 1);
    assert!(items.next().await.unwrap().is_err());
    assert!(items.next().await.is_none(), "an error ends the items");
    let stored = serde_json::to_string(items.position().unwrap()).unwrap();

    let position = serde_json::from_str(&stored).unwrap();
    assert_eq!(all(client.pages(by_cursor(None)).items().at(position)).await, [2]);
}

/// By the id of the last item, as with Stripe: a function of the page.
#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(
    GET, "/charges", response = Charges, auth = SignedIn,
    pages(
        cursor = starting_after, next = |page| page.data.last().map(|last| last.id.clone()), more = has_more,
        items = data: Charge,
    ),
)]
struct ByLastId {
    starting_after: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Charges {
    data: Vec<Charge>,
    has_more: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Charge {
    id: String,
}

#[tokio::test]
async fn the_id_of_the_last_item_leads_to_the_next_page() {
    let charge = |id: &str| Charge { id: id.to_owned() };
    let server = FakeTransport::new();
    let first = Charges { data: vec![charge("ch_1"), charge("ch_2")], has_more: true };
    server.expect(&ByLastId { starting_after: None }).reply(&first);
    let last = Charges { data: vec![charge("ch_3")], has_more: false };
    server.expect(&ByLastId { starting_after: Some("ch_2".to_owned()) }).reply(&last);
    let found = all(client(&server).pages(ByLastId { starting_after: None }).items()).await;
    assert_eq!(found, [charge("ch_1"), charge("ch_2"), charge("ch_3")]);
}

/// By the header `Link`, as with GitHub. The page is the list itself, beside the header.
#[derive(Debug, Response)]
struct Linked {
    #[response(header)]
    link: Option<String>,
    #[response(body)]
    numbers: Vec<u32>,
}

#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(
    GET, "/issues", response = Linked, auth = SignedIn,
    pages(cursor = page, link = link, items = numbers: u32),
)]
struct ByLink {
    page: Option<u16>,
    per_page: u8,
}

fn link(target: &str) -> String {
    format!(r#"<https://elsewhere.example/x?page=1>; rel="first", <{target}>; rel="next""#)
}

fn by_link(page: Option<u16>) -> ByLink {
    ByLink { page, per_page: 2 }
}

#[tokio::test]
async fn a_link_gives_its_named_parameter_and_nothing_else_of_its_target() {
    let server = FakeTransport::new();
    let target = "https://elsewhere.example/other?per_page=100&page=2&token=x";
    server.expect(&by_link(None)).reply(&Linked { link: Some(link(target)), numbers: vec![1, 2] });
    server.expect(&by_link(Some(2))).reply(&Linked { link: None, numbers: vec![3] });
    assert_eq!(all(client(&server).pages(by_link(None)).items()).await, [1, 2, 3]);
}

#[tokio::test]
async fn a_link_without_its_parameter_is_an_error_and_not_the_end() {
    for (target, reason) in [
        ("/issues?after=2", "it is missing"),
        ("/issues?page=secret", "invalid digit found in string"),
        ("/issues?page=2&page=3", "it is given 2 times"),
    ] {
        let server = FakeTransport::new();
        server.expect(&by_link(None)).reply(&Linked { link: Some(link(target)), numbers: vec![1] });
        let client = client(&server);
        let mut items = client.pages(by_link(None)).items();
        assert_eq!(items.next().await.unwrap().unwrap(), 1);
        let error = items.next().await.unwrap().unwrap_err().to_string();
        assert!(error.ends_with(&format!("`page` in the `Link` to the next page: {reason}")), "{error}");
        assert!(!error.contains("secret"));
    }
}

/// By the number of the page.
#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(GET, "/rows", response = Vec<u32>, auth = SignedIn, pages(number = page))]
struct ByNumber {
    page: u8,
}

#[tokio::test]
async fn numbered_pages_end_with_an_empty_one() {
    let server = FakeTransport::new();
    server.expect(&ByNumber { page: 0 }).reply(&vec![1, 2]);
    server.expect(&ByNumber { page: 1 }).reply(&vec![3]);
    server.expect(&ByNumber { page: 2 }).reply(&vec![]);
    assert_eq!(all(client(&server).pages(ByNumber { page: 0 }).items()).await, [1, 2, 3]);
}

#[tokio::test]
async fn a_number_that_does_not_fit_its_type_is_an_error() {
    let server = FakeTransport::new();
    server.expect(&ByNumber { page: 255 }).reply(&vec![1]);
    let client = client(&server);
    let mut pages = client.pages(ByNumber { page: 255 });
    assert!(pages.next().await.unwrap().is_ok());
    let error = pages.next().await.unwrap().unwrap_err().to_string();
    assert!(error.ends_with("the next `page` is larger than its type"), "{error}");
}

/// By the number of items before the page, with a total.
#[derive(Debug, Serialize, Deserialize)]
struct Rows {
    rows: Option<Vec<u32>>,
    total: usize,
}

#[derive(Debug, Endpoint, DecodeRequest)]
#[endpoint(POST, "/rows", response = Rows, auth = SignedIn, pages(offset = skip, items = rows: u32))]
struct ByOffset {
    skip: Option<u64>,
}

#[tokio::test]
async fn an_offset_counts_the_items_of_each_page() {
    let rows = |rows: &[u32]| Rows { rows: Some(rows.to_vec()), total: 3 };
    let server = FakeTransport::new();
    server.expect(&ByOffset { skip: None }).reply(&rows(&[1, 2]));
    server.expect(&ByOffset { skip: Some(2) }).reply(&rows(&[3]));
    server.expect(&ByOffset { skip: Some(3) }).reply(&Rows { rows: None, total: 3 });
    assert_eq!(all(client(&server).pages(ByOffset { skip: None }).items()).await, [1, 2, 3]);
}

/// On a method, with each kind of argument.
#[allow(clippy::too_many_arguments, reason = "as wide as real lists")]
#[resource(path = "/notes", auth = SignedIn, decode)]
trait Notes {
    /// One page of notes.
    #[get("/{folder}", pages(cursor = after, next = meta.next, items = data))]
    async fn list(
        &self,
        folder: &str,
        after: Option<&str>,
        tags: Vec<String>,
        size: Option<u8>,
        #[endpoint(header = "x-ids")] ids: &[u32],
        labels: &[&str],
        order: Cow<'_, str>,
    ) -> Page<u32>;
}

fn notes(after: Option<&str>) -> NotesList {
    let (folder, tags) = ("inbox".to_owned(), vec!["a".to_owned(), "b".to_owned()]);
    let (labels, order) = (vec!["x".to_owned(), "y".to_owned()], "newest".to_owned());
    NotesList { folder, after: after.map(str::to_owned), tags, size: Some(2), ids: vec![7, 8], labels, order }
}

/// A double writes `list` only.
#[derive(Default)]
struct Double {
    asked: Mutex<Vec<Option<String>>>,
    is_repeating: bool,
}

impl Notes for Double {
    type Error = ResponseError;

    async fn list(
        &self,
        folder: &str,
        after: Option<&str>,
        tags: Vec<String>,
        size: Option<u8>,
        ids: &[u32],
        labels: &[&str],
        order: Cow<'_, str>,
    ) -> Result<Page<u32>, Self::Error> {
        assert_eq!((folder, tags, size, ids), ("inbox", vec!["a".to_owned(), "b".to_owned()], Some(2), &[7, 8][..]));
        assert_eq!((labels, &*order), (&["x", "y"][..], "newest"));
        self.asked.lock().unwrap().push(after.map(str::to_owned));
        Ok(match after {
            None => page(&[1, 2], Some("b")),
            Some(_) if self.is_repeating => page(&[3], Some("b")),
            Some(_) => page(&[3], None),
        })
    }
}

/// Code of a user, for a client and for a double.
async fn sum<N: Notes + Sync>(notes: &N) -> Result<u32, N::Error> {
    let tags = vec!["a".to_owned(), "b".to_owned()];
    let mut items = notes.list_items("inbox", None, tags, Some(2), &[7, 8], &["x", "y"], "newest".into());
    let mut sum = 0;
    while let Some(item) = items.next().await {
        sum += item?;
    }
    Ok(sum)
}

#[tokio::test]
async fn code_over_a_trait_reads_the_items_of_a_double() {
    let double = Double::default();
    assert_eq!(sum(&double).await.unwrap(), 6);
    assert_eq!(*double.asked.lock().unwrap(), [None, Some("b".to_owned())]);
    let repeating = Double { is_repeating: true, ..Double::default() };
    assert!(matches!(sum(&repeating).await, Err(ResponseError::Decode(_))));
}

#[tokio::test]
async fn code_over_a_trait_reads_the_items_of_a_client() {
    let server = FakeTransport::new();
    server.expect(&notes(None)).reply(&page(&[1, 2], Some("b")));
    server.expect(&notes(Some("b"))).reply(&page(&[3], None));
    let client = client(&server);
    assert_eq!(sum(&client.notes()).await.unwrap(), 6);
}

#[tokio::test]
async fn the_pages_of_a_handle_borrow_its_client_only() {
    let server = FakeTransport::new();
    server.expect(&notes(Some("b"))).reply(&page(&[3], None));
    let client = client(&server);
    let pages: Pages<'_, NotesList, Error> = {
        let handle = client.notes();
        let (tags, folder) = (vec!["a".to_owned(), "b".to_owned()], "inbox".to_owned());
        handle.list_pages(&folder, None, tags, Some(2), &[7, 8], &["x", "y"], "newest".into())
    };
    let mut pages = pages.at(Some("b".to_owned()));
    let task = async move { pages.next().await.unwrap().unwrap().data };
    assert_eq!(spawnable(task).await, [3]);
}

/// Pages can be read in a task.
fn spawnable<F: Future + Send>(future: F) -> F {
    future
}
