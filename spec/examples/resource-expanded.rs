//! The code that `#[resource]` writes for the trait in `resource.rs`, with the reason for each part.
//!
//! A test compares it with the macro. There is one difference: the hidden module, `::qelos_spec::__private` in
//! generated code, is called `q` here.
#![allow(unused_qualifications, reason = "generated code cannot know what is in scope")]
#![allow(clippy::must_use_candidate, reason = "`Call` is `#[must_use]` already, and clippy refuses a second one")]
#![allow(
    refining_impl_trait,
    reason = "in generated code it is not a warning: the handle promises more than the trait does"
)]

use qelos_spec::auth::{Session, SignedIn};
use qelos_spec::{__private as q, RequestSnapshot};

// The trait comes first. Its methods return what calls return, so that a double can implement it: code that takes
// `&impl Notes` runs with a client and with the double.
/// The notes of the workspace.
pub trait Notes {
    /// What can go wrong in a call.
    type Error;
    /// Lists their titles.
    fn list(&self, tag: Option<&str>) -> impl q::Future<Output = q::Result<Vec<String>, Self::Error>> + q::Send;
    /// Deletes one.
    fn delete(&self, id: u32) -> impl q::Future<Output = q::Result<(), Self::Error>> + q::Send;
}

// Each method is an endpoint: a struct that can be snapshotted, called and mounted like any other.
/// Lists their titles.
///
/// `GET /api/notes`, the request of [`Notes::list`]. Needs [`SignedIn`].
pub struct NotesList {
    /// `tag` in the query.
    // The struct owns a value that the method borrows.
    pub tag: ::std::option::Option<::std::string::String>,
}

// The method borrows its argument. The handle gives it to this function, without a copy.
impl NotesList {
    fn qelos_encode(tag: Option<&str>) -> q::Encoded {
        let mut qelos_request = q::RequestWriter::of::<Self>(&[]);
        q::RequestWriter::query::<Option<&str>>(&mut qelos_request, "tag", &tag);
        q::RequestWriter::finish(qelos_request)
    }
}

impl q::Endpoint for NotesList {
    const NAME: &'static q::str = "NotesList";
    const METHOD: q::Method = q::Method::GET;
    const PATH: q::PathTemplate = q::PathTemplate::new("/api/notes");
    type Auth = SignedIn;
    type Response = Vec<String>;
    type Error = ();
    const STATUSES: q::Statuses = q::declared::<Vec<String>>().statuses;
    const ACCEPT: q::Accept = q::declared::<Vec<String>>().accept;

    fn encode(&self) -> q::Encoded {
        Self::qelos_encode(q::Option::as_deref(&self.tag))
    }

    fn decode(qelos_response: &q::Received) -> q::Decoded<Self::Response> {
        (q::declared::<Vec<String>>().read)(q::EndpointInfo::of::<Self>(), qelos_response)
    }
}

/// Deletes one.
///
/// `DELETE /api/notes/{id}`, the request of [`Notes::delete`]. Needs [`Session`].
pub struct NotesDelete {
    /// `{id}` in the path.
    pub id: u32,
}

impl q::Endpoint for NotesDelete {
    const NAME: &'static q::str = "NotesDelete";
    const METHOD: q::Method = q::Method::DELETE;
    const PATH: q::PathTemplate = q::PathTemplate::new("/api/notes/{id}");
    type Auth = Session;
    type Response = ();
    type Error = ();

    fn encode(&self) -> q::Encoded {
        let qelos_request = q::RequestWriter::of::<Self>(&[("id", q::path_value::<u32>(&self.id))]);
        q::RequestWriter::finish(qelos_request)
    }

    fn decode(qelos_response: &q::Received) -> q::Decoded<Self::Response> {
        q::decode_nothing::<Self>(qelos_response)
    }
}

// The type of `client.notes()`. It can be named and stored.
/// [`Notes`] as a client calls them; see [`NotesExt::notes`].
///
/// It borrows the client, costs nothing to make, and can be copied.
pub struct NotesHandle<'c, Caller: ?q::Sized> {
    client: &'c Caller,
}

// By hand: a derive would ask for `Caller: Clone`.
impl<Caller: ?q::Sized> q::Clone for NotesHandle<'_, Caller> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<Caller: ?q::Sized> q::Copy for NotesHandle<'_, Caller> {}
impl<'c, Caller: ?q::Sized> q::From<&'c Caller> for NotesHandle<'c, Caller> {
    fn from(qelos_caller: &'c Caller) -> Self {
        Self { client: qelos_caller }
    }
}

// Inherent methods need no import. The bound on the credential stands on each method, where the compiler explains it.
// If it stood on the `impl`, the compiler would only say that the method does not exist.
impl<Caller: q::Dispatch> NotesHandle<'_, Caller> {
    /// Lists their titles.
    ///
    /// `GET /api/notes`. Needs [`SignedIn`].
    // A named type, not `async fn`: with an opaque one, the compiler would repeat its message at each use. The type is
    // `#[must_use]` already.
    pub fn list(&self, tag: Option<&str>) -> Caller::Call<Vec<String>>
    where
        SignedIn: q::SatisfiedBy<Caller::Credential>,
    {
        q::Dispatch::dispatch_encoded::<NotesList>(self.client, NotesList::qelos_encode(tag))
    }
    /// Deletes one.
    ///
    /// `DELETE /api/notes/{id}`. Needs [`Session`].
    pub fn delete(&self, id: u32) -> Caller::Call<()>
    where
        Session: q::SatisfiedBy<Caller::Credential>,
    {
        q::Dispatch::dispatch(self.client, &NotesDelete { id })
    }
}

// The handle is one implementation of the trait; a double of the author's is another.
impl<Caller: q::Dispatch> Notes for NotesHandle<'_, Caller>
where
    SignedIn: q::SatisfiedBy<Caller::Credential>,
    Session: q::SatisfiedBy<Caller::Credential>,
{
    type Error = Caller::Error;
    // Not `async fn`, whose state machine costs the compiler more than all the rest of a method.
    fn list(&self, tag: Option<&str>) -> Caller::Call<Vec<String>> {
        NotesHandle::<'_, Caller>::list(self, tag)
    }
    fn delete(&self, id: u32) -> Caller::Call<()> {
        NotesHandle::<'_, Caller>::delete(self, id)
    }
}

// `client.notes()`, wherever this trait is in scope. It is not an inherent method, because a client is a type of
// another crate.
/// Brings [`notes`](NotesExt::notes) to every client.
pub trait NotesExt: q::Dispatch {
    /// Calls [`Notes`] with this client.
    fn notes(&self) -> NotesHandle<'_, Self> {
        q::From::from(self)
    }
}

impl<Caller: q::Dispatch> NotesExt for Caller {}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    print!("{}", RequestSnapshot::of(&NotesList { tag: Some("urgent".to_owned()) })?);
    print!("{}", RequestSnapshot::of(&NotesDelete { id: 7 })?);
    Ok(())
}
