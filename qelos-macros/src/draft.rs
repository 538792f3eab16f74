//! Drafts: the declaration as it was written, with its spans. Nothing is concluded from it yet.

use std::time::Duration;

use proc_macro2::{Ident, Span};
use syn::{Attribute, Expr, ExprPath, Generics, Lit, LitStr, Member, Path, Type, Visibility};

use crate::errors::Reported;
use crate::words::{Case, Template, Verb};

/// A value and the code it was read from.
#[derive(Clone)]
pub(crate) struct Spanned<T> {
    pub(crate) value: T,
    pub(crate) span: Span,
}

/// The value of a key: absent, given, or reported because it could not be read.
pub(crate) type Setting<T> = Option<Result<T, Reported>>;

pub(crate) trait Given<T> {
    /// The value, if there is one.
    fn given(&self) -> Option<&T>;
}

impl<T> Given<T> for Setting<T> {
    fn given(&self) -> Option<&T> {
        self.as_ref()?.as_ref().ok()
    }
}

/// `#[endpoint(POST, "/path", response = …, auth = …)]`, or the attribute of a resource's method.
#[derive(Clone)]
pub(crate) struct Settings {
    /// Where to point when something is missing.
    pub(crate) at: Span,
    pub(crate) verb: Setting<Verb>,
    pub(crate) path: Setting<Template>,
    pub(crate) response: Setting<Type>,
    /// The words that say how the body of the response is read.
    pub(crate) body: Option<Spanned<BodyKey>>,
    /// The status that stands for an absent value.
    pub(crate) none: Setting<Spanned<u16>>,
    pub(crate) pages: Setting<PagesDraft>,
    /// The media type of the response.
    pub(crate) accept: Setting<LitStr>,
    /// The media type of a JSON body.
    pub(crate) content_type: Setting<LitStr>,
    /// Those of the resource first, except for those that the method gives itself.
    pub(crate) headers: Vec<HeaderDraft>,
    pub(crate) error: Setting<Type>,
    pub(crate) auth: Setting<Type>,
    pub(crate) idempotent: Setting<Span>,
    /// `idempotent = false`, where the method or the resource says that it is.
    pub(crate) not_idempotent: Option<Span>,
    /// A `GET` has a body.
    pub(crate) with_body: Setting<Span>,
    pub(crate) timeout: Setting<Duration>,
    pub(crate) errors_with_200: Setting<Span>,
    pub(crate) crate_path: Setting<Path>,
}

impl Settings {
    pub(crate) fn new(at: Span) -> Self {
        Self {
            at,
            verb: None,
            path: None,
            response: None,
            body: None,
            none: None,
            pages: None,
            accept: None,
            content_type: None,
            headers: Vec::new(),
            error: None,
            auth: None,
            idempotent: None,
            not_idempotent: None,
            with_body: None,
            timeout: None,
            errors_with_200: None,
            crate_path: None,
        }
    }

    /// Something could not be read, and may have been meant as an absent setting: its absence is not reported.
    pub(crate) fn nothing_is_missing(&mut self, reported: Reported) {
        self.verb.get_or_insert(Err(reported));
        self.path.get_or_insert(Err(reported));
        self.auth.get_or_insert(Err(reported));
    }
}

/// `"x-version" = "1"`
#[derive(Clone)]
pub(crate) struct HeaderDraft {
    pub(crate) name: LitStr,
    /// The name as it is sent: in lower case.
    pub(crate) wire: String,
    pub(crate) value: LitStr,
}

/// How the body of a response is read, where it is not the JSON of its type.
#[derive(Clone)]
pub(crate) enum BodyKey {
    /// As it is, with a media type if one was given.
    Raw(Option<LitStr>),
    /// In a format of the user.
    Format(Box<Type>),
    /// As JSON, although its type holds bytes.
    Json,
    /// While it arrives, by rules if some were given.
    Stream(Option<Box<Expr>>),
}

impl BodyKey {
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Raw(_) => "raw",
            Self::Format(_) => "format",
            Self::Json => "json",
            Self::Stream(_) => "stream",
        }
    }
}

/// `pages(cursor = after, next = meta.next, items = data)`
#[derive(Clone)]
pub(crate) struct PagesDraft {
    pub(crate) at: Span,
    /// The field that says which page it is, by the word for its kind.
    pub(crate) moving: Option<(Moving, Ident, Ident)>,
    /// What the page says about the next one, with the word in front: `next`, or `link`.
    pub(crate) next: Option<(Ident, Reach)>,
    pub(crate) more: Option<Reach>,
    /// The items of a page, which is a list itself where this is absent.
    pub(crate) items: Option<Reach>,
    /// The type of an item, if one was given.
    pub(crate) item: Option<Type>,
}

/// How the position of a page becomes that of the next one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moving {
    /// The page says the next one.
    Cursor,
    /// One more for each page.
    Number,
    /// One more for each item.
    Offset,
}

impl Moving {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Cursor => "cursor",
            Self::Number => "number",
            Self::Offset => "offset",
        }
    }
}

/// How a value of a page is reached.
#[derive(Clone)]
pub(crate) enum Reach {
    /// `meta.next`
    Field(Vec<Member>),
    /// `|page| …`, or `path::to::function`
    Function(Box<Expr>),
}

/// A struct without its fields.
#[derive(Clone)]
pub(crate) struct StructHead {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) generics: Generics,
    /// Attributes that are not ours.
    pub(crate) attrs: Vec<Attribute>,
}

/// A scheme of sessions as it was written.
pub(crate) struct SessionDraft {
    pub(crate) head: StructHead,
    pub(crate) name: Setting<LitStr>,
    pub(crate) sign_in: Setting<Type>,
    pub(crate) renew: Setting<Expr>,
    pub(crate) end: Setting<Expr>,
    /// Fields of a response.
    pub(crate) access: Setting<Expr>,
    pub(crate) refresh: Setting<Expr>,
    pub(crate) subject: Setting<Expr>,
    /// The word that says how long a token is good, with its value.
    pub(crate) life: Setting<(Ident, LifeKey)>,
    pub(crate) header: Setting<LitStr>,
    pub(crate) prefix: Setting<LitStr>,
    pub(crate) refused: Setting<Vec<Lit>>,
    pub(crate) satisfies: Setting<Vec<Type>>,
    pub(crate) crate_path: Setting<Path>,
}

/// How long the access token of a session is good.
pub(crate) enum LifeKey {
    /// So many seconds, as a field of the response says.
    In(Box<Expr>),
    /// Until a time, as a field of the response says.
    At(Box<Expr>),
    /// Always as long.
    Lasts(Duration),
    /// As the token itself says.
    Jwt,
}

/// An endpoint as it was written.
pub(crate) struct EndpointDraft {
    pub(crate) head: StructHead,
    pub(crate) settings: Settings,
    pub(crate) rename_all: Setting<Case>,
    /// The word for a field in messages: `field`, or `argument`.
    pub(crate) argument_word: &'static str,
    pub(crate) fields: Vec<FieldDraft>,
}

impl EndpointDraft {
    pub(crate) fn attrs_of_fields(&self) -> impl Iterator<Item = &Attribute> {
        self.fields.iter().flat_map(|field| &field.others)
    }
}

/// A field of an endpoint struct, or an argument of a resource's method.
#[derive(Clone)]
pub(crate) struct FieldDraft {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    /// The content of its attributes, if none of them had a mistake.
    pub(crate) attrs: Result<FieldAttrs, Reported>,
    /// Attributes that are not ours.
    pub(crate) others: Vec<Attribute>,
}

/// The content of the attributes of a field.
#[derive(Clone, Default)]
pub(crate) struct FieldAttrs {
    pub(crate) place: Option<Spanned<PlaceKey>>,
    pub(crate) rename: Setting<LitStr>,
    pub(crate) secret: Setting<Secret>,
    pub(crate) flatten: Setting<Span>,
    pub(crate) skip_if: Setting<ExprPath>,
    pub(crate) default: Setting<DefaultKey>,
    /// The value that is sent in place of an absent one.
    pub(crate) absent: Setting<Box<Expr>>,
    /// A field of the JSON body, or a part that is JSON.
    pub(crate) json: Setting<Span>,
    /// It is sent as its `Display` writes it, and read with `FromStr`.
    pub(crate) display: Setting<Span>,
    /// It is a key without a value.
    pub(crate) flag: Setting<Span>,
    /// Its parts are parameters of their own, with keys in brackets.
    pub(crate) nested: Setting<Span>,
    /// Its elements are one text.
    pub(crate) list: Setting<List>,
    /// A function that writes the value, in place of its own `Serialize`.
    pub(crate) write: Setting<ExprPath>,
    /// A function that reads the value, in place of its own `Deserialize`.
    pub(crate) read: Setting<ExprPath>,
}

/// `comma`, `space` or `pipe`.
#[derive(Clone, Copy)]
pub(crate) struct List {
    pub(crate) span: Span,
    pub(crate) separator: char,
}

impl List {
    const WORDS: [(&'static str, char); 3] = [("comma", ','), ("space", ' '), ("pipe", '|')];

    /// The list with the separator of this name, if it is one.
    pub(crate) fn of(word: &Ident) -> Option<Self> {
        let (_, separator) = Self::WORDS.into_iter().find(|(name, _)| word == name)?;
        Some(Self { span: word.span(), separator })
    }

    /// The word that was written.
    pub(crate) fn word(self) -> &'static str {
        Self::WORDS.into_iter().find(|(_, separator)| *separator == self.separator).map_or("", |(name, _)| name)
    }
}

/// `secret`, or `secret_in_url` where the server leaves no choice.
#[derive(Clone, Copy)]
pub(crate) struct Secret {
    pub(crate) span: Span,
    pub(crate) in_url: bool,
}

impl Secret {
    /// The word that was written.
    pub(crate) fn word(self) -> &'static str {
        if self.in_url { "secret_in_url" } else { "secret" }
    }
}

/// Where a field says it goes.
#[derive(Clone)]
pub(crate) enum PlaceKey {
    Path,
    Query,
    Header(LitStr),
    Cookie(LitStr),
    Form,
    Part,
    Body,
    /// With a content type, if one was given.
    Raw(Option<LitStr>),
    /// In a format of the user.
    Format(Box<Type>),
    Bearer,
    /// The header with the key that makes the request repeatable.
    IdempotencyKey(LitStr),
    /// The status of a response.
    Status,
    Skip,
}

impl PlaceKey {
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header(_) => "header",
            Self::Cookie(_) => "cookie",
            Self::Form => "form",
            Self::Part => "part",
            Self::Body => "body",
            Self::Raw(_) => "raw",
            Self::Format(_) => "format",
            Self::Bearer => "bearer",
            Self::IdempotencyKey(_) => "idempotency_key",
            Self::Status => "status",
            Self::Skip => "skip",
        }
    }
}

/// `#[serde(default)]` or `#[serde(default = "path")]`.
#[derive(Clone)]
pub(crate) enum DefaultKey {
    Trait(Span),
    Path(ExprPath),
}

/// `#[derive(Response)]` as it was written: an enum, or a struct, which has one variant.
pub(crate) struct ResponseDraft {
    pub(crate) head: StructHead,
    pub(crate) is_enum: bool,
    pub(crate) rename_all: Setting<Case>,
    pub(crate) crate_path: Setting<Path>,
    pub(crate) variants: Vec<VariantDraft>,
}

/// A variant of a response.
pub(crate) struct VariantDraft {
    pub(crate) ident: Ident,
    /// The statuses it stands for.
    pub(crate) statuses: Result<Vec<Spanned<When>>, Reported>,
    pub(crate) is_tuple: bool,
    /// A field without a name has its number as its name: `0`.
    pub(crate) fields: Vec<FieldDraft>,
}

/// The statuses that a variant stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// `404`
    Status(u16),
    /// `4xx`
    Class(u16),
    /// `_`
    Rest,
}

/// `#[resource(…)] trait …` as it was written.
pub(crate) struct ResourceDraft {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) path: Setting<Template>,
    /// What the methods have in common, where they say nothing else.
    pub(crate) auth: Setting<Type>,
    pub(crate) accept: Setting<LitStr>,
    pub(crate) headers: Vec<HeaderDraft>,
    pub(crate) error: Setting<Type>,
    pub(crate) timeout: Setting<Duration>,
    pub(crate) idempotent: Setting<Span>,
    /// `places(id: InvoiceId)`: placeholders of the path, with their types.
    pub(crate) places: Vec<FieldDraft>,
    /// The name of the accessor, where it is not that of the trait.
    pub(crate) accessor: Setting<Ident>,
    pub(crate) decode: Setting<Span>,
    pub(crate) crate_path: Setting<Path>,
    /// Attributes that are not ours.
    pub(crate) attrs: Vec<Attribute>,
    /// Its lifetimes were refused. They are kept for the stand-ins.
    pub(crate) generics: Generics,
    /// Whether there is a mistake that concerns all methods.
    pub(crate) outcome: Result<(), Reported>,
    pub(crate) operations: Vec<OperationDraft>,
}

/// A method of a resource as it was written.
pub(crate) struct OperationDraft {
    pub(crate) ident: Ident,
    /// Attributes that are not ours.
    pub(crate) attrs: Vec<Attribute>,
    /// Refused; kept so that the method still exists.
    pub(crate) generics: Generics,
    pub(crate) args: Vec<ArgDraft>,
    pub(crate) returns: Option<Type>,
    pub(crate) calls: Result<Calls, Reported>,
    /// Whether there is a mistake in it.
    pub(crate) outcome: Result<(), Reported>,
}

/// The endpoint that a method of a resource calls.
pub(crate) enum Calls {
    /// `#[get("/…")]` and its siblings: an endpoint of its own.
    Own(Box<Settings>),
    /// `#[endpoint(CreateApiToken)]`: an endpoint that exists already.
    Existing(Box<Type>),
    /// `#[resource] fn issues(&self) -> impl Issues`: no endpoint, but another resource.
    Nested(Box<Path>),
}

/// An argument of a resource's method.
#[derive(Clone)]
pub(crate) struct ArgDraft {
    /// Its type has no reference in front.
    pub(crate) field: FieldDraft,
    /// The type as it was written.
    pub(crate) written: Type,
    pub(crate) borrow: Borrow,
    /// Whether it is not a borrowed text or list, which a struct owns as a `String` or a `Vec`.
    pub(crate) has_size: bool,
}

/// How a method takes an argument that its endpoint owns.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Borrow {
    /// `T`
    No,
    /// `&T`
    Whole,
    /// `Option<&T>`
    Inside,
    /// `&[&str]`
    Texts,
    /// `Cow<str>`
    Cow,
    /// `impl AsRef<str>`
    AsRef,
    /// `impl Into<T>`
    Into,
}
