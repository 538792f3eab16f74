//! `#[resource(path = "/…", auth = …)] trait …`: a trait whose methods are endpoints.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{
    AttrStyle, Attribute, FnArg, GenericArgument, ItemTrait, LitStr, Pat, PathArguments, Receiver, ReceiverKind,
    ReturnType, Safety, Signature, TraitItem, TraitItemFn, Type, TypeReference,
};

use crate::cx::Cx;
use crate::draft::{ArgDraft, Borrow, FieldDraft, OperationDraft, OperationKind, ResourceDraft, Settings, Slot};
use crate::key;
use crate::model::Verb;
use crate::parse::attr::{self, Item};
use crate::parse::field;
use crate::tokens;

/// The trait as the user wrote it, without the attributes that are ours.
pub(crate) struct WrittenTrait(pub(crate) ItemTrait);

/// Reads a resource.
pub(crate) fn resource(settings: TokenStream, mut item: ItemTrait, cx: &Cx) -> (ResourceDraft, WrittenTrait) {
    let mut draft = ResourceDraft {
        path: Slot::Absent,
        auth: Slot::Absent,
        decode: false,
        krate: Slot::Absent,
        operations: Vec::new(),
    };
    attr::items_of(settings, cx, &mut |item, input| resource_item(&mut draft, item, input, cx));
    refuse_shape(&item, cx);
    for member in &mut item.items {
        match member {
            TraitItem::Fn(method) => draft.operations.push(operation(method, cx)),
            other => cx.error(&*other, "a resource holds methods only; put this outside"),
        }
    }
    item.items.retain(|member| matches!(member, TraitItem::Fn(_)));
    (draft, WrittenTrait(item))
}

fn resource_item(draft: &mut ResourceDraft, item: Item, input: ParseStream, cx: &Cx) {
    let key = match item {
        Item::Word(key) => key,
        Item::Literal(literal) => {
            return cx.error(&literal, "write `path = \"…\"`: the prefix of all paths of the resource");
        }
    };
    match key.to_string().as_str() {
        "path" => match attr::value::<LitStr>(&key, input, "path = \"/api/…\"", cx) {
            Some(literal) => attr::set_path(&mut draft.path, &literal, cx),
            None => draft.path = Slot::Broken,
        },
        "auth" => attr::auth(&mut draft.auth, &key, input, cx),
        "decode" => draft.decode = true,
        "crate" => attr::krate(&mut draft.krate, &key, input, cx),
        _ => attr::unknown(&key, key::RESOURCE, input, cx),
    }
}

// #[resource] unsafe trait Tokens<T>: Clone { … }
fn refuse_shape(item: &ItemTrait, cx: &Cx) {
    if !item.generics.params.is_empty() {
        cx.error(
            &item.generics,
            "a resource takes no type parameters; a generic endpoint is a struct: `#[derive(Endpoint)]`",
        );
    }
    if let Some(clause) = &item.generics.where_clause {
        cx.error(clause, "a resource takes no `where` clause");
    }
    if !item.supertraits.is_empty() {
        cx.error(&item.supertraits, "a resource has no supertraits: it is implemented for a generated handle");
    }
    if let Some(word) = &item.unsafety {
        cx.error(word, "a resource is not `unsafe`");
    }
}

fn operation(method: &mut TraitItemFn, cx: &Cx) -> OperationDraft {
    let before = cx.count();
    // Those of a body go with it.
    method.attrs.retain(|attr| matches!(attr.style, AttrStyle::Outer));
    let kind = kind(method, cx);
    refuse_signature(&method.sig, cx);
    if let Some(body) = method.default.take() {
        cx.error(&body, "the body is generated: end the declaration with `;`");
        method.semi_token = Some(syn::Token![;](body.span()));
    }
    let args = method.sig.inputs.iter_mut().filter_map(|arg| argument(arg, cx)).collect();
    let returns = match &method.sig.output {
        ReturnType::Default => None,
        ReturnType::Type(_, ty) => Some((**ty).clone()),
    };
    if let Some(ty) = &returns {
        refuse_return(ty, cx);
    }
    let kind = if cx.count() == before { kind } else { OperationKind::Broken };
    let generics = method.sig.generics.clone();
    OperationDraft { ident: method.sig.ident.clone(), attrs: method.attrs.clone(), generics, args, returns, kind }
}

/// Takes the one attribute that says what a method is off it, and reads it.
fn kind(method: &mut TraitItemFn, cx: &Cx) -> OperationKind {
    let (ours, others): (Vec<_>, Vec<_>) = method.attrs.drain(..).partition(names_an_endpoint);
    method.attrs = others;
    let Some(first) = ours.first() else {
        let words = Verb::ALL.map(|verb| format!("#[{}]", verb.attribute()));
        let written = method.attrs.iter().find_map(|attr| attr.path().get_ident());
        let verbs = Verb::ALL.map(Verb::attribute);
        let hint = written.map_or_else(String::new, |word| {
            key::did_you_mean(&word.to_string(), verbs.iter().map(String::as_str).chain(["endpoint"]))
        });
        let words = words.iter().map(String::as_str).chain(["#[endpoint(Type)]"]).collect::<Vec<_>>();
        cx.error(
            &method.sig.ident,
            format!("what does `{}` call? Mark it {}{hint}", method.sig.ident, key::one_of(&words)),
        );
        return OperationKind::Broken;
    };
    for second in &ours[1..] {
        cx.error(second, "a method calls one endpoint, and it has an attribute that says which already");
    }
    if first.path().is_ident("endpoint") {
        if let Ok(ty) = first.parse_args::<Type>() {
            return OperationKind::Existing(Box::new(ty));
        }
        let usage = "write `#[endpoint(Type)]`, with the type of an endpoint; or `#[get(\"/path\")]` and its siblings";
        cx.error(first, usage);
        return OperationKind::Broken;
    }
    let verb = Verb::ALL.into_iter().find(|verb| first.path().is_ident(&verb.attribute()));
    let mut settings = Settings::new(first.path().span());
    settings.verb = verb.map_or(Slot::Broken, Slot::Given);
    attr::items(first, cx, |item, input| match item {
        Item::Literal(path) => attr::set_path(&mut settings.path, &path, cx),
        Item::Word(key) => attr::shared_key(&mut settings, &key, key::OPERATION, input, cx),
    });
    OperationKind::Own(Box::new(settings))
}

fn names_an_endpoint(attr: &Attribute) -> bool {
    attr.path().is_ident("endpoint") || Verb::ALL.iter().any(|verb| attr.path().is_ident(&verb.attribute()))
}

// #[get] fn list<T>(self) -> …;
fn refuse_signature(sig: &Signature, cx: &Cx) {
    if sig.asyncness.is_none() {
        cx.error(sig.fn_token.span, "a call takes time: write `async fn`");
    }
    if let Some(word) = &sig.constness {
        cx.error(word, "a call is not `const`");
    }
    if let Safety::Unsafe(word) = &sig.safety {
        cx.error(word, "a call is not `unsafe`");
    }
    if let Some(abi) = &sig.abi {
        cx.error(abi, "a call has no ABI of its own");
    }
    if !sig.generics.params.is_empty() {
        let message =
            "a method of a resource takes no type parameters; declare a generic struct with `#[derive(Endpoint)]`";
        cx.error(&sig.generics, message);
    }
    if let Some(clause) = &sig.generics.where_clause {
        cx.error(clause, "a method of a resource takes no `where` clause");
    }
    match sig.inputs.first() {
        Some(FnArg::Receiver(receiver)) if is_shared_self(receiver) => {}
        Some(FnArg::Receiver(receiver)) => cx.error(receiver, "a call borrows its client: write `&self`"),
        _ => cx.error(&sig.ident, format!("a call borrows its client: write `{}(&self, …)`", sig.ident)),
    }
}

fn is_shared_self(receiver: &Receiver) -> bool {
    matches!(receiver.kind, ReceiverKind::Reference(_, None, None))
}

// #[get] async fn list(&self) -> Result<Vec<Invoice>, Error>;
fn refuse_return(ty: &Type, cx: &Cx) {
    if let Type::Path(path) = ty
        && let Some(last) = path.path.segments.last()
        && last.ident == "Result"
    {
        let success = match &last.arguments {
            PathArguments::AngleBracketed(args) => {
                args.args.first().map(|arg| quote::quote!(#arg).to_string().replace(' ', ""))
            }
            _ => None,
        };
        let success = success.unwrap_or_else(|| "Invoice".to_owned());
        cx.error(ty, format!("write what a successful answer says, `-> {success}`: the `Result` around it is added"));
    }
}

/// Takes the attributes of an argument off it, and reads them.
fn argument(arg: &mut FnArg, cx: &Cx) -> Option<ArgDraft> {
    let FnArg::Typed(arg) = arg else { return None };
    let attrs = field::attrs(&arg.attrs, cx);
    arg.attrs.retain(|attr| !field::is_ours(attr));
    let Pat::Ident(pat) = &*arg.pat else {
        cx.error(&arg.pat, "an argument is a name: it says where the value goes");
        return None;
    };
    if let Some(word) = &pat.mutability {
        cx.error(word, "an argument of a declaration is not `mut`");
    }
    let (ty, borrow) = match (&*arg.ty, inside_option(&arg.ty)) {
        (Type::Reference(TypeReference { mutability: None, lifetime: None, elem, .. }), _) => {
            (owned(elem), Borrow::Whole)
        }
        (_, Some(elem)) => {
            let owned = owned(elem);
            (syn::parse_quote_spanned!(arg.ty.span()=> ::std::option::Option<#owned>), Borrow::Inside)
        }
        (other, None) => (other.clone(), Borrow::No),
    };
    refuse_borrowed_inside(&ty, cx);
    let ident = pat.ident.clone();
    if ident.unraw() == "self" {
        return None;
    }
    Some(ArgDraft { field: FieldDraft { ident, ty, attrs }, written: (*arg.ty).clone(), borrow })
}

/// The `T` of an `Option<&T>`. By name: an `Option` that is another one does not compile.
fn inside_option(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Option")?;
    let PathArguments::AngleBracketed(args) = &last.arguments else { return None };
    match args.args.first() {
        Some(GenericArgument::Type(Type::Reference(TypeReference {
            mutability: None, lifetime: None, elem, ..
        }))) => Some(elem),
        _ => None,
    }
}

/// What the struct of the endpoint holds where the method borrows.
fn owned(ty: &Type) -> Type {
    match ty {
        Type::Path(path) if path.path.is_ident("str") => syn::parse_quote_spanned!(ty.span()=> ::std::string::String),
        Type::Slice(slice) => {
            let element = &slice.elem;
            syn::parse_quote_spanned!(ty.span()=> ::std::vec::Vec<#element>)
        }
        other => other.clone(),
    }
}

// #[get] async fn list(&self, #[endpoint(query)] name: Option<&str>) -> …;
fn refuse_borrowed_inside(ty: &Type, cx: &Cx) {
    if let Some(borrow) = tokens::first_borrow(ty.to_token_stream()) {
        cx.error(
            borrow,
            "an argument can be `&T` or `Option<&T>`, but not hold borrowed parts otherwise: take it owned",
        );
    }
}
