//! `#[derive(Endpoint)]` and `#[derive(DecodeRequest)]`: a struct with named fields, or none.

use proc_macro2::Span;
use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Fields, LitStr};

use crate::draft::{EndpointDraft, FieldDraft, Settings, Slot};
use crate::errors::Errors;
use crate::parse::attr::{self, Item};
use crate::parse::field;
use crate::words::{Case, key};

/// Reads the item of a derive.
pub(crate) fn endpoint(item: DeriveInput, errors: &Errors) -> EndpointDraft {
    let ours = || item.attrs.iter().filter(|attr| attr.path().is_ident("endpoint"));
    let mut settings = Settings::new(ours().next().map_or_else(Span::call_site, |attr| attr.path().span()));
    let mut understood = true;
    for attribute in ours() {
        understood &=
            attr::items(attribute, errors, |item, input| attr::endpoint_item(&mut settings, item, input, errors));
    }
    let mut rename_all = Slot::Absent;
    for attribute in item.attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        attr::items(attribute, errors, |item, input| serde_item(&mut rename_all, item, input, errors));
    }
    understood &= matches!(item.data, Data::Struct(_));
    if settings.verb.is_absent() && settings.path.is_absent() && settings.auth.is_absent() && understood {
        let usage = "`#[endpoint(GET, \"/path\", response = Type, auth = SignedIn)]`";
        errors.error(settings.at, format!("the endpoint is not described: write {usage}"));
        understood = false;
    }
    if !understood {
        settings.nothing_is_missing();
    }
    let fields = fields(item.data, errors);
    EndpointDraft {
        ident: item.ident,
        vis: item.vis,
        generics: item.generics,
        attrs: item.attrs,
        settings,
        rename_all,
        argument_word: "field",
        fields,
    }
}

/// One item of `#[serde(…)]` on the struct. It may derive serde's traits as well, so what concerns only those is theirs.
fn serde_item(rename_all: &mut Slot<Case>, item: Item, input: ParseStream, errors: &Errors) {
    let key = match item {
        Item::Word(key) => key,
        Item::Literal(literal) => return errors.error(&literal, "`#[serde(…)]` takes no literal here"),
    };
    if key != "rename_all" {
        let theirs = ["crate", "deny_unknown_fields", "expecting", "rename", "bound"];
        attr::skip_item(input);
        if !theirs.contains(&key.to_string().as_str()) {
            errors.error(
                &key,
                format!("`{key}` of serde has no meaning for an endpoint; on the struct it reads `rename_all`"),
            );
        }
        return;
    }
    let case = attr::value::<LitStr>(&key, input, "rename_all = \"camelCase\"", errors).and_then(|text| {
        let case = Case::ALL.into_iter().find(|case| case.name() == text.value());
        if case.is_none() {
            let names = Case::ALL.map(Case::name);
            let hint = key::did_you_mean(&text.value(), names);
            errors.error(&text, format!("unknown case, expected {}{hint}", key::one_of(&names)));
        }
        case
    });
    attr::set(rename_all, "`rename_all`", key.span(), case, errors);
}

fn fields(data: Data, errors: &Errors) -> Vec<FieldDraft> {
    let refuse = |at: Span, what: &str| {
        errors.error(
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
                let attrs = field::attrs(&field.attrs, errors);
                // The compiler has refused `_` before it asks us, and goes on.
                let ident = field.ident.filter(|ident| ident != "_")?;
                Some(FieldDraft { ident, ty: field.ty, attrs, others: field.attrs })
            };
            fields.named.into_iter().filter_map(draft).collect()
        }
    }
}
