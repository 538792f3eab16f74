//! `#[derive(Endpoint)]` and `#[derive(DecodeRequest)]`: a struct with named fields, or none.

use proc_macro2::Span;
use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{Data, DataStruct, DeriveInput, Fields, LitStr};

use crate::draft::{EndpointDraft, FieldDraft, Setting, Settings, StructHead};
use crate::errors::{Errors, Reported};
use crate::parse::attr::{self, Item};
use crate::parse::{field, pages};
use crate::words::{Case, key};

/// Reads the item of a derive.
pub(crate) fn endpoint(item: DeriveInput, errors: &Errors) -> EndpointDraft {
    let ours = || item.attrs.iter().filter(|attr| attr.path().is_ident("endpoint"));
    let mut settings = Settings::new(ours().next().map_or_else(Span::call_site, |attr| attr.path().span()));
    let mut understood = Ok(());
    for attribute in ours() {
        let read = attr::items(attribute, errors, |item, input| match item {
            Item::Word(key) if key == "pages" => pages::pages(&mut settings.pages, &key, input, errors),
            item => attr::endpoint_item(&mut settings, item, input, errors),
        });
        understood = understood.and(read);
    }
    let mut rename_all = None;
    for attribute in item.attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        _ = attr::items(attribute, errors, |item, input| serde_item(&mut rename_all, item, input, errors));
    }
    let data = data(item.data, errors);
    understood = understood.and(data.as_ref().map(drop).map_err(|reported| *reported));
    let is_described = settings.verb.is_some() || settings.path.is_some() || settings.auth.is_some();
    if understood.is_ok() && !is_described {
        let usage = "`#[endpoint(GET, \"/path\", response = Type, auth = SignedIn)]`";
        understood = Err(errors.error(settings.at, format!("the endpoint is not described: write {usage}")));
    }
    if let Err(reported) = understood {
        settings.nothing_is_missing(reported);
    }
    let fields = data.map_or_else(|_| Vec::new(), |data| fields(data, errors));
    let head = StructHead { ident: item.ident, vis: item.vis, generics: item.generics, attrs: item.attrs };
    EndpointDraft { head, settings, rename_all, argument_word: "field", fields }
}

/// One item of `#[serde(…)]` on the struct. The struct may derive serde's traits as well, so keys for these are skipped.
pub(super) fn serde_item(rename_all: &mut Setting<Case>, item: Item, input: ParseStream, errors: &Errors) {
    let key = match item {
        Item::Word(key) => key,
        Item::Literal(literal) => {
            errors.error(&literal, "`#[serde(…)]` takes no literal here");
            return;
        }
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
        Case::ALL.into_iter().find(|case| case.name() == text.value()).ok_or_else(|| {
            let names = Case::ALL.map(Case::name);
            let hint = key::did_you_mean(&text.value(), names);
            errors.error(&text, format!("unknown case, expected {}{hint}", key::one_of(&names)))
        })
    });
    attr::set(rename_all, "`rename_all`", key.span(), case, errors);
}

fn data(data: Data, errors: &Errors) -> Result<DataStruct, Reported> {
    match data {
        Data::Struct(data) => Ok(data),
        Data::Enum(data) => Err(refuse(data.enum_token.span, "an enum", errors)),
        Data::Union(data) => Err(refuse(data.union_token.span, "a union", errors)),
    }
}

fn fields(data: DataStruct, errors: &Errors) -> Vec<FieldDraft> {
    match data.fields {
        Fields::Unit => Vec::new(),
        Fields::Unnamed(fields) => {
            refuse(fields.paren_token.span.join(), "a tuple struct", errors);
            Vec::new()
        }
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

fn refuse(at: Span, what: &str, errors: &Errors) -> Reported {
    errors
        .error(at, format!("an endpoint is a struct with named fields, not {what}: a name says where each value goes"))
}
