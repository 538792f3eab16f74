//! A type of responses: its variants, and the part of a response that each field is.

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;
use syn::{ExprPath, LitStr, Member, Type};

use crate::draft::VariantDraft;
use crate::draft::{DefaultKey, FieldAttrs, FieldDraft, Given, PlaceKey, ResponseDraft, Spanned, StructHead, When};
use crate::errors::Reported;
use crate::model::field::is_called;
use crate::words::Case;

/// A struct, which is one variant, or an enum. It may have mistakes: the rules look at it.
pub(crate) struct ResponseType {
    pub(crate) head: StructHead,
    pub(crate) is_enum: bool,
    pub(crate) variants: Vec<Variant>,
}

/// A variant and its statuses.
pub(crate) struct Variant {
    pub(crate) ident: Ident,
    /// None: a struct that says nothing of its status.
    pub(crate) statuses: Result<Vec<Spanned<When>>, Reported>,
    pub(crate) fields: Vec<Part>,
}

/// A field, and the part of a response that it is.
pub(crate) struct Part {
    pub(crate) member: Member,
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) place: PartPlace,
    /// The word that put it there, if one did.
    placed_by: Option<Span>,
    /// Its name on the wire.
    pub(crate) wire: String,
    pub(crate) wire_span: Span,
    pub(crate) renamed: Option<Span>,
    pub(crate) flatten: Option<Span>,
    pub(crate) skip_if: Option<ExprPath>,
    pub(crate) default: Option<DefaultKey>,
    pub(crate) write: Option<ExprPath>,
    pub(crate) read: Option<ExprPath>,
}

/// The part of a response that a field is.
pub(crate) enum PartPlace {
    Header,
    Status,
    /// A field of the JSON object that is the body.
    Json,
    /// The body, as JSON.
    Body,
    /// The body, as it is.
    Raw(Option<LitStr>),
    /// The body, in a format of the user.
    Format(Box<Type>),
    /// The refusal itself, with status and body.
    ApiError,
    /// No part.
    Skip,
}

impl PartPlace {
    /// Whether it is the whole body.
    pub(crate) fn is_whole_body(&self) -> bool {
        matches!(self, Self::Body | Self::Raw(_) | Self::Format(_) | Self::ApiError)
    }
}

impl ResponseType {
    pub(crate) fn settle(draft: &ResponseDraft) -> Self {
        let case = draft.rename_all.given().copied().unwrap_or(Case::Snake);
        let variant = |variant: &VariantDraft| Variant {
            ident: variant.ident.clone(),
            statuses: variant.statuses.clone(),
            fields: variant.fields.iter().enumerate().map(|(n, field)| Part::settle(field, n, variant, case)).collect(),
        };
        Self {
            head: draft.head.clone(),
            is_enum: draft.is_enum,
            variants: draft.variants.iter().map(variant).collect(),
        }
    }

    /// Whether it can be a `response`, besides an `error`: its statuses are known one by one, or are a success.
    pub(crate) fn is_a_success(&self) -> bool {
        let mut statuses = self.variants.iter().flat_map(Variant::whens);
        statuses.all(|when| matches!(when, When::Status(_) | When::Class(2)))
    }

    /// The statuses that other variants name more precisely than by `when`.
    pub(crate) fn more_precise_than(&self, when: When) -> Vec<When> {
        let all = self.variants.iter().flat_map(Variant::whens);
        let is_inside = |other: &When| match (when, *other) {
            (When::Class(class), When::Status(status)) => status / 100 == class,
            (When::Rest, When::Status(_) | When::Class(_)) => true,
            _ => false,
        };
        all.filter(is_inside).collect()
    }
}

impl Variant {
    pub(crate) fn whens(&self) -> impl Iterator<Item = When> + '_ {
        self.statuses.iter().flatten().map(|when| when.value)
    }

    /// The one status, if it stands for one.
    pub(crate) fn only_status(&self) -> Option<u16> {
        match self.statuses.as_deref() {
            Ok([Spanned { value: When::Status(status), .. }]) => Some(*status),
            _ => None,
        }
    }

    /// The field that is the whole body.
    pub(crate) fn whole_body(&self) -> Option<&Part> {
        self.fields.iter().find(|field| field.place.is_whole_body())
    }

    /// The fields of the JSON object that is the body.
    pub(crate) fn json_fields(&self) -> impl Iterator<Item = &Part> {
        self.fields.iter().filter(|field| matches!(field.place, PartPlace::Json))
    }

    pub(crate) fn has_body(&self) -> bool {
        self.whole_body().is_some() || self.json_fields().next().is_some()
    }
}

impl Part {
    /// Settles a draft. If one of the attributes had a mistake, all are ignored: rules would report follow-ups.
    fn settle(draft: &FieldDraft, number: usize, variant: &VariantDraft, case: Case) -> Self {
        let ident = &draft.ident;
        let FieldAttrs { place, rename, secret: _, flatten, skip_if, default, absent: _, write, read, json: _ } =
            draft.attrs.clone().unwrap_or_default();
        let placed_by = place.as_ref().map(|place| place.span);
        let renamed = rename.given().map(LitStr::span);
        let mut wire_span = renamed.unwrap_or_else(|| ident.span());
        let mut wire = rename.given().map_or_else(|| case.apply(&ident.unraw().to_string()), LitStr::value);
        let place = match place.map(|place| place.value) {
            Some(PlaceKey::Header(header)) => {
                wire_span = header.span();
                wire = header.value();
                PartPlace::Header
            }
            Some(PlaceKey::Status) => PartPlace::Status,
            Some(PlaceKey::Body) => PartPlace::Body,
            Some(PlaceKey::Raw(kind)) => PartPlace::Raw(kind),
            Some(PlaceKey::Format(format)) => PartPlace::Format(format),
            // `skip`, and the words of requests, which are not read here.
            Some(_) => PartPlace::Skip,
            None if draft.attrs.is_err() => PartPlace::Skip,
            None if is_called(&draft.ty, "ApiError") => PartPlace::ApiError,
            None if variant.is_tuple => PartPlace::Body,
            None => PartPlace::Json,
        };
        let member = if variant.is_tuple { Member::from(number) } else { Member::from(ident.clone()) };
        if variant.is_tuple && place.is_whole_body() {
            "body".clone_into(&mut wire);
        }
        Self {
            member,
            ident: ident.clone(),
            ty: draft.ty.clone(),
            place,
            placed_by,
            wire,
            wire_span,
            renamed,
            flatten: flatten.given().copied(),
            skip_if: skip_if.given().cloned(),
            default: default.given().cloned(),
            write: write.given().cloned(),
            read: read.given().cloned(),
        }
    }

    /// Whether no word says which part it is.
    pub(crate) fn is_unmarked(&self) -> bool {
        self.placed_by.is_none()
    }

    /// Where to point when its place is wrong.
    pub(crate) fn place_span(&self) -> Span {
        self.placed_by.unwrap_or_else(|| self.ident.span())
    }

    /// The field in a message: its name, or what it is.
    pub(crate) fn shown(&self) -> String {
        match &self.member {
            Member::Named(ident) => format!("`{ident}`"),
            Member::Unnamed(_) => "another field".to_owned(),
        }
    }
}
