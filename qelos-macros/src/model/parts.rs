//! The parts of a request besides its path. Fields that cannot be together in one request are refused here.

use std::ops::Deref;
use std::rc::Rc;

use crate::errors::Errors;
use crate::model::field::{Field, Place};

/// The parts of a request.
#[derive(Default)]
pub(crate) struct Parts {
    pub(crate) query: Named,
    pub(crate) headers: Named,
    /// Maps of headers.
    pub(crate) header_maps: Vec<Rc<Field>>,
    pub(crate) cookies: Named,
    pub(crate) bearer: Option<Rc<Field>>,
    pub(crate) body: Body,
}

/// Fields that are sent each under its name.
#[derive(Default)]
pub(crate) struct Named(Vec<Rc<Field>>);

/// The body of a request.
#[derive(Default)]
pub(crate) enum Body {
    #[default]
    None,
    /// A JSON object of these fields.
    JsonFields(Named),
    /// One value as JSON.
    Json(Rc<Field>),
    Form(Named),
    /// A form of several parts.
    Parts(Named),
    /// One value as it is.
    Raw(Rc<Field>),
    /// One value in a format of the user.
    Format(Rc<Field>),
}

impl Parts {
    /// Puts each field into its part, and reports the fields that have no place in it.
    pub(crate) fn of(fields: &[Rc<Field>], errors: &Errors) -> Self {
        let mut parts = Self::default();
        for field in fields {
            match field.place {
                Place::Path | Place::Skip => {}
                Place::Query => parts.query.push(field, errors),
                Place::Header => parts.headers.push(field, errors),
                Place::Headers => parts.header_maps.push(field.clone()),
                Place::Cookie => parts.cookies.push(field, errors),
                Place::Bearer => parts.set_bearer(field, errors),
                Place::Json | Place::Form | Place::Part | Place::Body | Place::Raw | Place::Format => {
                    parts.body.push(field, errors);
                }
            }
        }
        parts
    }

    // #[endpoint(POST, "/x", …)] struct Refresh { #[endpoint(bearer)] a: …, #[endpoint(bearer)] b: … }
    fn set_bearer(&mut self, field: &Rc<Field>, errors: &Errors) {
        let first = self.bearer.get_or_insert_with(|| field.clone());
        if !Rc::ptr_eq(first, field) {
            let message = format!("a request carries one credential, and `{}` is it already", first.ident);
            errors.error(field.place_span(), message);
        }
    }
}

impl Named {
    // #[endpoint(GET, "/x", …)] struct List { page: u32, #[serde(rename = "page")] number: u32 }
    fn push(&mut self, field: &Rc<Field>, errors: &Errors) {
        let named = self.iter().filter(|first| first.flatten.is_none() && field.flatten.is_none());
        // The same name in Rust is the compiler's to refuse.
        let same = named.filter(|first| first.wire == field.wire).find(|first| first.ident != field.ident);
        if let Some(first) = same {
            let message = format!("`{}` is sent as `{}` already; give this one another name", first.ident, field.wire);
            errors.error(field.wire_span, message);
        }
        self.0.push(field.clone());
    }
}

impl Deref for Named {
    type Target = [Rc<Field>];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Body {
    /// The fields of a JSON object or of a form of either kind.
    pub(crate) fn fields(&self) -> &[Rc<Field>] {
        match self {
            Self::JsonFields(fields) | Self::Form(fields) | Self::Parts(fields) => fields,
            Self::None | Self::Json(_) | Self::Raw(_) | Self::Format(_) => &[],
        }
    }

    // #[endpoint(POST, "/x", …)] struct Create { #[endpoint(body)] a: A, #[endpoint(raw)] b: B, c: C }
    fn push(&mut self, field: &Rc<Field>, errors: &Errors) {
        match (&mut *self, &field.place) {
            (Self::JsonFields(fields), Place::Json)
            | (Self::Form(fields), Place::Form)
            | (Self::Parts(fields), Place::Part) => fields.push(field, errors),
            (Self::Json(whole) | Self::Raw(whole) | Self::Format(whole), Place::Body | Place::Raw | Place::Format) => {
                let message = format!("a request has one body, and `{}` is it already", whole.ident);
                errors.error(field.place_span(), message);
            }
            (Self::Json(whole) | Self::Raw(whole) | Self::Format(whole), _) => refuse_part(field, whole, errors),
            (Self::Form(fields), Place::Json | Place::Part) | (Self::Parts(fields), Place::Json | Place::Form) => {
                refuse_part(field, &fields[0], errors);
            }
            (Self::None | Self::JsonFields(_) | Self::Form(_) | Self::Parts(_), _) => {
                self.fields().iter().for_each(|part| refuse_part(part, field, errors));
                *self = Self::opened_by(field, errors);
            }
        }
    }

    fn opened_by(field: &Rc<Field>, errors: &Errors) -> Self {
        let mut fields = Named::default();
        match field.place {
            Place::Body => return Self::Json(field.clone()),
            Place::Raw => return Self::Raw(field.clone()),
            Place::Format => return Self::Format(field.clone()),
            _ => fields.push(field, errors),
        }
        match field.place {
            Place::Form => Self::Form(fields),
            Place::Part => Self::Parts(fields),
            _ => Self::JsonFields(fields),
        }
    }
}

/// Refuses a field of a body: another field makes the body something else.
fn refuse_part(part: &Field, by: &Field, errors: &Errors) {
    let (name, whole) = (&part.ident, &by.ident);
    let message = match by.place {
        Place::Form => {
            format!("`{whole}` makes the body a form: mark `{name}` as `form` too, or as `query` or `header`")
        }
        Place::Part => format!(
            "`{whole}` makes the body a form of several parts: mark `{name}` as `part` too, or as `query` or `header`"
        ),
        _ => format!(
            "`{whole}` is the whole body, so `{name}` cannot be a part of it: mark this field `query` or `header`, or move it into `{whole}`"
        ),
    };
    errors.error(part.place_span(), message);
}
