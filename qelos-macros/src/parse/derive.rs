//! `#[derive(Endpoint)]` and `#[derive(DecodeRequest)]`: a struct with named fields, or none.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Fields};

use crate::cx::Cx;
use crate::draft::{EndpointDraft, FieldDraft, Settings, Slot};
use crate::parse::{attr, field};

/// Reads the item of a derive.
pub(crate) fn endpoint(item: DeriveInput, cx: &Cx) -> EndpointDraft {
    let ours = || item.attrs.iter().filter(|attr| attr.path().is_ident("endpoint"));
    let mut settings = Settings::new(ours().next().map_or_else(Span::call_site, |attr| attr.path().span()));
    for attribute in ours() {
        attr::items(attribute, cx, |item, input| attr::endpoint_item(&mut settings, item, input, cx));
    }
    for attribute in item.attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        cx.error(attribute, "`#[serde(…)]` on the struct has no meaning for an endpoint; rename its fields one by one");
    }
    if ours().next().is_none() {
        let usage = "add `#[endpoint(GET, \"/path\", response = Type, auth = SignedIn)]`";
        cx.error(Span::call_site(), format!("the endpoint is not described: {usage}"));
        (settings.verb, settings.path, settings.auth) = (Slot::Broken, Slot::Broken, Slot::Broken);
    }
    let fields = fields(item.data, cx);
    EndpointDraft { ident: item.ident, vis: item.vis, generics: item.generics, attrs: Vec::new(), settings, fields }
}

fn fields(data: Data, cx: &Cx) -> Vec<FieldDraft> {
    let refuse = |at: Span, what: &str| {
        cx.error(
            at,
            format!("an endpoint is a struct with named fields, not {what}: a name says where each value goes"),
        );
        Vec::new()
    };
    let data = match data {
        Data::Struct(data) => data,
        Data::Enum(data) => return refuse(data.enum_token.span, "an enum"),
        Data::Union(data) => return refuse(data.union_token.span, "a union"),
    };
    match data.fields {
        Fields::Unit => Vec::new(),
        Fields::Unnamed(fields) => refuse(fields.paren_token.span.join(), "a tuple struct"),
        Fields::Named(fields) => {
            let draft = |field: syn::Field| {
                let attrs = field::attrs(&field.attrs, cx);
                Some(FieldDraft { ident: field.ident?, ty: field.ty, attrs })
            };
            fields.named.into_iter().filter_map(draft).collect()
        }
    }
}
