//! Bodies and uploads.

use std::collections::VecDeque;
use std::io;

use http::HeaderMap;
use http_body::Body as _;

use super::*;
use crate::stream::ready;
use crate::{Download, StreamError};

/// Frames of an HTTP library. Panics when it is polled after its end.
struct Frames(VecDeque<Polled>, SizeHint, bool);

type Polled = io::Result<Frame<Bytes>>;

impl Frames {
    fn of(frames: impl IntoIterator<Item = Polled>) -> Self {
        Self(frames.into_iter().collect(), SizeHint::default(), false)
    }
}

impl http_body::Body for Frames {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Polled>> {
        assert!(!self.2, "polled after its end");
        let frame = self.0.pop_front();
        self.2 = !matches!(frame, Some(Ok(_)));
        Poll::Ready(frame)
    }

    fn size_hint(&self) -> SizeHint {
        self.1
    }
}

impl Stream for Frames {
    type Item = io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_frame(cx).map(|frame| frame.map(|frame| frame.map(|frame| frame.into_data().unwrap_or_default())))
    }
}

fn data(text: &'static str) -> Frame<Bytes> {
    Frame::data(text.into())
}

fn stream(texts: &[&'static str]) -> Body {
    Body::from_stream(Frames::of(texts.iter().map(|text| Ok(data(text)))))
}

fn chunks(mut body: Body) -> Vec<Result<Bytes, StreamError>> {
    let all = std::iter::from_fn(|| ready(poll_fn(|cx| body.poll_chunk(cx)))).collect();
    assert!(ready(poll_fn(|cx| body.poll_chunk(cx))).is_none() && body.is_end_stream());
    all
}

fn texts(body: Body) -> Vec<Bytes> {
    chunks(body).into_iter().map(Result::unwrap).collect()
}

#[test]
fn bytes_are_one_frame_and_are_not_copied() {
    let bytes = Bytes::from(vec![7; 100]);
    let body = Body::from(bytes.clone());
    assert!(!body.is_end_stream() && body.size_hint().exact() == Some(100));
    assert_eq!(body.as_bytes().unwrap().as_ptr(), bytes.as_ptr());
    assert_eq!(texts(body.try_into_bytes().unwrap().into())[0].as_ptr(), bytes.as_ptr());
    assert_eq!(ready(Body::from(bytes.clone()).collect(100)).unwrap().as_ptr(), bytes.as_ptr());
    assert!(texts(Body::default()).is_empty() && Body::default().is_end_stream());
}

#[test]
fn chunks_come_in_their_order_without_empty_ones_and_trailers() {
    let trailers = Ok(Frame::trailers(HeaderMap::new()));
    let body = Body::from_http(Frames::of([Ok(data("a")), Ok(data("")), trailers, Ok(data("b"))]));
    assert_eq!(texts(body), ["a", "b"]);
    let body = stream(&["", "a", "", "b", ""]);
    assert!(body.as_bytes().is_none());
    assert_eq!(texts(body.try_into_bytes().unwrap_err()), ["a", "b"]);
}

#[test]
fn trailers_reach_a_reader_of_frames() {
    let mut body = Body::from_http(Frames::of([Ok(data("a")), Ok(Frame::trailers(HeaderMap::new()))]));
    let mut frame = || ready(poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)));
    assert!(frame().unwrap().unwrap().is_data());
    assert!(frame().unwrap().unwrap().is_trailers());
    assert!(frame().is_none() && frame().is_none());
}

#[test]
fn an_error_ends_a_body() {
    let broken =
        chunks(Body::from_http(Frames::of([Ok(data("a")), Err(io::ErrorKind::ConnectionReset.into()), Ok(data("b"))])));
    assert_eq!(broken.len(), 2);
    assert!(broken[1].as_ref().is_err_and(StreamError::is_broken));
    let wrapped_twice = chunks(Body::from_http(Body::from_stream(Frames::of([Err(io::ErrorKind::TimedOut.into())]))));
    let error = wrapped_twice[0].as_ref().unwrap_err();
    assert!(Error::source(error).unwrap().is::<io::Error>(), "an error is wrapped once");
}

#[test]
fn the_announced_length_is_kept() {
    assert_eq!(texts(stream(&["ab", "c"]).with_length(3)), ["ab", "c"]);
    for (texts, length, is_short) in [(&["ab", "c"][..], 4, true), (&[][..], 1, true), (&["ab", "c"][..], 2, false)] {
        let results = chunks(stream(texts).with_length(length));
        let error = results.last().unwrap().as_ref().unwrap_err();
        assert_eq!((error.is_unfinished(), error.is_broken()), (is_short, !is_short), "{error}");
    }
    let announced = Body::from_http(Frames(VecDeque::new(), SizeHint::with_exact(5), false));
    assert_eq!((announced.length(), announced.is_end_stream()), (Some(5), false));
    assert_eq!(
        chunks(announced)[0].as_ref().unwrap_err().to_string(),
        "the stream ended 5 bytes before its announced length"
    );
    assert_eq!(Body::from("abc").with_length(7).length(), Some(3));
}

#[test]
fn the_length_that_is_left_is_known() {
    let mut body = stream(&["ab", "c"]).with_length(3);
    assert_eq!(body.size_hint().exact(), Some(3));
    ready(poll_fn(|cx| body.poll_chunk(cx))).unwrap().unwrap();
    assert_eq!((body.size_hint().exact(), body.length()), (Some(1), Some(1)));
    assert_eq!((stream(&["a"]).length(), stream(&["a"]).size_hint().exact()), (None, None));
}

#[test]
fn a_body_is_collected_up_to_a_limit() {
    for (body, limit, collected) in [
        (stream(&["ab", "c", "d"]), 4, Some("abcd")),
        (stream(&["ab", "c", "d"]), 3, None),
        (stream(&["abcd"]), 4, Some("abcd")),
        (stream(&["abcd"]), 3, None),
        (stream(&[]), 0, Some("")),
        (Body::from("abc"), 3, Some("abc")),
        (Body::from("abc"), 2, None),
    ] {
        match ready(body.collect(limit)) {
            Ok(bytes) => assert_eq!(Some(&bytes[..]), collected.map(str::as_bytes)),
            Err(error) => assert!(collected.is_none() && error.is_too_large(), "{error}"),
        }
    }
    let one = Bytes::from(vec![7; 100]);
    let body = Body::from_http(Frames::of([Ok(Frame::data(one.clone()))]));
    assert_eq!(ready(body.collect(100)).unwrap().as_ptr(), one.as_ptr(), "one chunk is not copied");
    let too_large = Body::from_http(Frames(VecDeque::new(), SizeHint::with_exact(5), true));
    assert!(ready(too_large.collect(4)).unwrap_err().is_too_large(), "nothing is read");
}

#[test]
fn an_upload_opens_for_each_attempt() {
    let upload = Upload::from_fn(|| Frames::of([Ok(data("ab")), Ok(data("c"))])).with_length(3);
    assert!(upload.is_repeatable() && upload.length() == Some(3) && upload.as_bytes().is_none());
    for _ in 0..2 {
        assert_eq!(texts(upload.clone().open().unwrap()), ["ab", "c"]);
    }
    assert_eq!(upload.open().unwrap().length(), Some(3));
    let bytes = Upload::from("abc");
    assert!(bytes.is_repeatable() && texts(bytes.open().unwrap()) == ["abc"]);
}

#[test]
fn an_upload_that_is_sent_once_refuses_a_second_attempt() {
    let upload = Upload::once(Frames::of([Ok(data("ab"))]));
    let clone = upload.clone();
    assert!(!upload.is_repeatable());
    assert_eq!(texts(upload.open().unwrap()), ["ab"]);
    let error = clone.open().unwrap_err();
    assert_eq!(error.to_string(), "an upload that can be sent only once was sent already");
}

#[test]
fn uploads_are_compared_without_reading_streams() {
    let stream = Upload::from_fn(|| Frames::of([Ok(data("ab"))]));
    assert_eq!(stream, stream.clone());
    assert_ne!(stream, Upload::from_fn(|| Frames::of([Ok(data("ab"))])));
    assert_eq!(Upload::from("ab"), Upload::from(vec![b'a', b'b']));
    assert_ne!(Upload::from("ab"), stream);
}

#[test]
fn contents_are_not_printed() {
    let upload = Upload::from_fn(|| Frames::of([Ok(data("hunter2"))]));
    assert_eq!(format!("{:?} {}", upload.clone().with_length(1_048_576), upload), "<stream, 1048576 bytes> <stream>");
    assert_eq!(format!("{:?} {}", Upload::from("hunter2"), Upload::from("hunter2")), "<7 bytes> <7 bytes>");
    assert_eq!(
        format!("{:?} {:?}", Body::from("hunter2"), stream(&["hunter2"]).with_length(7)),
        "<7 bytes> <stream, 7 bytes>"
    );
    assert_eq!(format!("{:?}", Download::from("hunter2")), "Download { length: Some(7), received: 0, .. }");
}

#[test]
fn a_download_says_how_much_has_come() {
    let mut download = Download::from(stream(&["ab", "c"]).with_length(3));
    assert_eq!((download.length(), download.received()), (Some(3), 0));
    assert_eq!(ready(download.next()).unwrap().unwrap(), "ab");
    assert_eq!((download.length(), download.received()), (Some(3), 2));
    assert_eq!(ready(download.collect(9)).unwrap(), "c");
}

/// A stream that has as many chunks as wanted, and makes them when they are polled.
struct Endless(usize);

impl Stream for Endless {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0 -= 1;
        Poll::Ready((self.0 > 0).then(|| Ok(vec![0; 1 << 16].into())))
    }
}

#[test]
fn a_download_keeps_nothing() {
    let mut download = Download::from(Body::from_stream(Endless(1025)));
    let mut total = 0;
    while let Some(chunk) = ready(download.next()) {
        let chunk = chunk.unwrap();
        assert!(chunk.is_unique(), "the download holds no other handle of the chunk");
        total += chunk.len();
    }
    assert_eq!((total, download.received()), (64 << 20, 64 << 20));
}

#[test]
fn bodies_cross_threads() {
    fn is_send<T: Send>() {}
    fn is_clone_and_sync<T: Clone + Send + Sync>() {}
    is_send::<Body>();
    is_clone_and_sync::<Upload>();
    is_send::<crate::Events<String>>();
    is_send::<crate::Lines<String>>();
    is_send::<Download>();
    is_send::<StreamError>();
}
