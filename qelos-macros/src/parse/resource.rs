//! `#[resource(path = "/…", auth = …)] trait …`: a trait whose methods are endpoints.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{
    AngleBracketedGenericArguments, AttrStyle, Attribute, FnArg, GenericArgument, GenericParam, Generics, ItemTrait,
    LitStr, Pat, Path, PathArguments, PathSegment, Receiver, ReceiverKind, ReturnType, Safety, Signature, Token,
    TraitItem, TraitItemFn, Type, TypeParamBound, TypePath, TypeReference, Visibility,
};

use crate::draft::{ArgDraft, Borrow, Calls, FieldDraft, OperationDraft, ResourceDraft, Setting, Settings};
use crate::errors::{Errors, Reported};
use crate::parse::attr::{self, Item};
use crate::parse::{field, nested, pages, places, template, verb};
use crate::tokens::{self, plain};
use crate::words::{Verb, key};

/// Reads a resource, and leaves the trait without the attributes that are ours.
pub(crate) fn resource(settings: TokenStream, mut item: ItemTrait, errors: &Errors) -> (ResourceDraft, ItemTrait) {
    let mut draft = ResourceDraft {
        ident: item.ident.clone(),
        vis: item.vis.clone(),
        path: None,
        auth: None,
        accept: None,
        headers: Vec::new(),
        error: None,
        timeout: None,
        idempotent: None,
        places: Vec::new(),
        accessor: None,
        decode: None,
        crate_path: None,
        attrs: item.attrs.clone(),
        generics: item.generics.clone(),
        outcome: Ok(()),
        operations: Vec::new(),
    };
    let ((), outcome) = errors.part(|errors| {
        _ = attr::items_of(settings, errors, &mut |item, input| resource_item(&mut draft, item, input, errors));
        refuse_shape(&mut item, errors);
        undo_async_trait(&mut item, errors);
    });
    draft.outcome = outcome;
    let mut seen = HashSet::new();
    item.items.iter_mut().for_each(|member| take_visibility(member, errors));
    item.items.retain_mut(|member| match member {
        TraitItem::Fn(method) if !seen.insert(method.sig.ident.clone()) && !is_conditional(&method.attrs) => {
            let name = &method.sig.ident;
            errors.error(name, format!("there is a method `{name}` already; give this one another name"));
            false
        }
        TraitItem::Fn(method) => {
            draft.operations.push(operation(method, errors));
            true
        }
        other => {
            errors.error(&*other, "a resource holds methods only; put this outside");
            false
        }
    });
    (draft, item)
}

fn resource_item(draft: &mut ResourceDraft, item: Item, input: ParseStream, errors: &Errors) {
    let key = match item {
        Item::Word(key) => key,
        Item::Literal(literal) => {
            errors.error(&literal, "write `path = \"…\"`: the prefix of all paths of the resource");
            return;
        }
    };
    match key.to_string().as_str() {
        "path" => {
            let path = attr::value::<LitStr>(&key, input, "path = \"/api/…\"", errors);
            let path = path.map(|literal| template::read_prefix(&literal, errors));
            attr::set(&mut draft.path, "`path`", key.span(), path, errors);
        }
        "auth" => attr::auth(&mut draft.auth, &key, input, errors),
        "places" => places::places(&mut draft.places, &key, input, errors),
        "accessor" => {
            let name = attr::value(&key, input, "accessor = name", errors);
            attr::set(&mut draft.accessor, "`accessor`", key.span(), name, errors);
        }
        "error" => attr::error(&mut draft.error, &key, input, errors),
        "timeout" => attr::timeout(&mut draft.timeout, &key, input, errors),
        "idempotent" => attr::idempotent(&mut draft.idempotent, &key, input, errors),
        "accept" => attr::accept(&mut draft.accept, &key, input, errors),
        "headers" => attr::headers(&mut draft.headers, &key, input, errors),
        "decode" => {
            attr::word(&key, input, errors);
            attr::set(&mut draft.decode, "`decode`", key.span(), Ok(key.span()), errors);
        }
        "crate" => attr::crate_path(&mut draft.crate_path, &key, input, errors),
        _ => {
            attr::unknown(&key, key::RESOURCE, input, errors);
        }
    }
}

// #[resource] unsafe trait Tokens<'a>: Clone { … }
fn refuse_shape(item: &mut ItemTrait, errors: &Errors) {
    if let Some(lifetime) = item.generics.lifetimes().next() {
        errors.error(&lifetime.lifetime, "a resource takes no lifetimes: its handle owns its values");
    }
    if let Some(clause) = item.generics.where_clause.as_ref().filter(|_| item.generics.params.is_empty()) {
        errors.error(clause, "a resource takes no `where` clause without type parameters");
    }
    if !item.supertraits.is_empty() {
        errors.error(&item.supertraits, "a resource has no supertraits: it is implemented for a generated handle");
    }
    if let Some(word) = item.unsafety.take() {
        errors.error(&word, "a resource is not `unsafe`");
    }
}

/// Whether something exists under a condition, so that another one may have its name.
fn is_conditional(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| attr.path().is_ident("cfg"))
}

// #[get] pub async fn list(&self) -> …;
fn take_visibility(member: &mut TraitItem, errors: &Errors) {
    let TraitItem::Verbatim(tokens) = &*member else { return };
    let without = |input: ParseStream| {
        let mut attrs = input.call(Attribute::parse_outer)?;
        let vis: Visibility = input.parse()?;
        let mut method: TraitItemFn = input.parse()?;
        attrs.append(&mut method.attrs);
        method.attrs = attrs;
        Ok((vis, method))
    };
    if let Ok((vis, method)) = without.parse2(tokens.clone()) {
        errors.error(&vis, "a method is as visible as its trait: take this off");
        *member = TraitItem::Fn(method);
    }
}

// #[async_trait] #[resource] trait Tokens { … }
fn undo_async_trait(item: &mut ItemTrait, errors: &Errors) {
    let is_rewritten = |sig: &Signature| sig.generics.lifetimes().any(|param| param.lifetime.ident == "async_trait");
    let methods = item.items.iter_mut().filter_map(|member| match member {
        TraitItem::Fn(method) if is_rewritten(&method.sig) => Some(method),
        _ => None,
    });
    let mut rewritten = false;
    for TraitItemFn { sig, .. } in methods {
        rewritten = true;
        sig.asyncness = Some(Token![async](sig.fn_token.span));
        sig.generics = Generics::default();
        let output = |ty: &Type| tokens::behind("Output", ty.to_token_stream()).and_then(|ty| syn::parse2(ty).ok());
        if let ReturnType::Type(_, ty) = &mut sig.output {
            **ty = output(ty).unwrap_or_else(|| syn::parse_quote!(()));
        }
        take_lifetimes_of_inputs(sig);
    }
    if rewritten {
        let message = "`#[async_trait]` has rewritten this trait before `#[resource]` could read it: take it off, `async fn` stands in a resource as it is";
        errors.error(&item.ident, message);
    }
}

fn operation(method: &mut TraitItemFn, errors: &Errors) -> OperationDraft {
    let ((calls, args, returns), outcome) = errors.part(|errors| {
        // Inner attributes belong to the body, which is taken off below.
        method.attrs.retain(|attr| matches!(attr.style, AttrStyle::Outer));
        let is_nested = method.attrs.iter().any(|attr| attr.path().is_ident("resource"));
        let mut calls = calls(method, errors);
        take_lifetimes(&mut method.sig, errors);
        refuse_signature(&method.sig, is_nested, errors);
        if let Some(body) = method.default.take() {
            errors.error(&body, "the body is generated: end the declaration with `;`");
            method.semi_token = Some(Token![;](body.span()));
        }
        let args = arguments(&mut method.sig, errors);
        if is_nested {
            return (calls, args, None);
        }
        let (returns, response) = response(&method.sig.output, errors);
        if let Ok(Calls::Own(settings)) = &mut calls {
            settings.response = response;
        }
        (calls, args, returns)
    });
    let (ident, attrs, generics) = (method.sig.ident.clone(), method.attrs.clone(), method.sig.generics.clone());
    OperationDraft { ident, attrs, generics, args, returns, calls, outcome }
}

/// The type that a method returns, as it was written and as a setting.
fn response(output: &ReturnType, errors: &Errors) -> (Option<Type>, Setting<Type>) {
    let ReturnType::Type(_, ty) = output else { return (None, None) };
    let (response, outcome) = errors.part(|errors| attr::response_type((**ty).clone(), "->", errors));
    (Some((**ty).clone()), Some(outcome.and(response)))
}

/// Reads the one attribute that names the endpoint of a method, and takes it off.
fn calls(method: &mut TraitItemFn, errors: &Errors) -> Result<Calls, Reported> {
    let (ours, others): (Vec<_>, Vec<_>) = method.attrs.drain(..).partition(names_an_endpoint);
    method.attrs = others;
    let Some(first) = ours.first() else { return Err(not_marked(method, errors)) };
    for second in &ours[1..] {
        errors.error(second, "a method calls one endpoint, and it has an attribute that says which already");
    }
    if first.path().is_ident("resource") {
        return nested::calls(first, &method.sig, errors);
    }
    if first.path().is_ident("endpoint") {
        let usage = "write `#[endpoint(Type)]`, with the type of an endpoint; or `#[get(\"/path\")]` and its siblings";
        let ty = first.parse_args::<Type>().map_err(|_| errors.error(first, usage));
        return ty.map(|ty| Calls::Existing(Box::new(ty)));
    }
    let verb = Verb::COMMON.into_iter().find(|verb| first.path().is_ident(&verb.attribute()));
    let mut settings = Settings::new(first.path().span());
    settings.verb = verb.map(Ok);
    _ = attr::items(first, errors, |item, input| match item {
        Item::Literal(name) if verb::could_be_an_extension(&name, &settings) => {
            settings.verb = Some(of_another_name(verb::extension(&name, errors), name.span(), errors));
        }
        Item::Word(name) if settings.verb.is_none() && !key::OPERATION.contains(&name.to_string().as_str()) => {
            settings.verb = Some(of_another_name(verb::read(&name, errors), name.span(), errors));
        }
        Item::Literal(path) => attr::set_path(&mut settings.path, &path, template::read_behind(&path, errors), errors),
        Item::Word(key) if attr::could_be_a_path(&key, input, &settings) => {
            attr::path_by_name(&mut settings.path, &key, input, errors);
        }
        Item::Word(key) if key == "pages" => pages::pages(&mut settings.pages, &key, input, errors),
        Item::Word(key) => attr::shared_key(&mut settings, &key, key::OPERATION, input, errors),
    });
    Ok(Calls::Own(Box::new(settings)))
}

// #[method(GET, "/x")]
fn of_another_name(verb: Result<Verb, Reported>, at: Span, errors: &Errors) -> Result<Verb, Reported> {
    let verb = verb?;
    if Verb::common(verb.name()).is_some() {
        let attribute = verb.attribute();
        errors.error(at, format!("this method has an attribute of its own: write `#[{attribute}(\"/path\")]`"));
    }
    Ok(verb)
}

// async fn list(&self) -> …; #[gte("/x")] async fn get(&self) -> …;
fn not_marked(method: &mut TraitItemFn, errors: &Errors) -> Reported {
    let (name, verbs) = (&method.sig.ident, Verb::COMMON.map(|verb| verb.attribute()));
    let words = || verbs.iter().map(String::as_str).chain(["method", "endpoint", "resource"]);
    let near = |attr: &Attribute| key::nearest(&attr.path().get_ident()?.to_string(), words()).map(str::to_owned);
    if let Some((index, near)) = method.attrs.iter().enumerate().find_map(|(index, attr)| Some((index, near(attr)?))) {
        let misspelt = method.attrs.remove(index);
        return errors.error(misspelt.path(), format!("no method has this name; did you mean `#[{near}]`?"));
    }
    let words: Vec<_> = verbs.iter().map(|verb| format!("#[{verb}]")).chain(OTHERS.map(str::to_owned)).collect();
    let words = key::one_of(&words.iter().map(String::as_str).collect::<Vec<_>>());
    errors.error(name, format!("what does `{name}` call? mark it {words}"))
}

/// The attributes of methods besides those with the names of verbs.
const OTHERS: [&str; 3] = ["#[method(\"NAME\")]", "#[endpoint(Type)]", "#[resource]"];

fn names_an_endpoint(attr: &Attribute) -> bool {
    let Some(name) = attr.path().get_ident().map(ToString::to_string) else { return false };
    matches!(name.as_str(), "endpoint" | "method" | "resource")
        || Verb::COMMON.iter().any(|verb| name == verb.attribute())
}

// #[get] async fn list<'a>(&'a self, name: &'a str) -> …;
fn take_lifetimes(sig: &mut Signature, errors: &Errors) {
    if sig.generics.params.is_empty() || sig.generics.where_clause.is_some() || !names_only_lifetimes(sig) {
        return;
    }
    let message = "a method of a resource names no lifetimes: write `&self` and `&T`; the request owns its values";
    errors.error(&sig.generics, message);
    // The parameters stay: a type may name one, which would be unknown.
    take_lifetimes_of_inputs(sig);
}

fn names_only_lifetimes(sig: &Signature) -> bool {
    sig.generics.params.iter().all(|param| matches!(param, GenericParam::Lifetime(_)))
}

fn take_lifetimes_of_inputs(sig: &mut Signature) {
    let plain = tokens::without_lifetimes(sig.inputs.to_token_stream());
    if let Ok(inputs) = Punctuated::parse_terminated.parse2(plain) {
        sig.inputs = inputs;
    }
}

// #[get] fn list<T>(self) -> …;
fn refuse_signature(sig: &Signature, is_nested: bool, errors: &Errors) {
    if is_nested {
        nested::refuse_signature(sig, errors);
    } else if sig.asyncness.is_none() {
        errors.error(sig.fn_token.span, "a call takes time: write `async fn`");
    }
    if let Some(word) = &sig.constness {
        errors.error(word, "a call is not `const`");
    }
    if let Safety::Unsafe(word) = &sig.safety {
        errors.error(word, "a call is not `unsafe`");
    }
    if let Some(abi) = &sig.abi {
        errors.error(abi, "a call has no ABI of its own");
    }
    if !names_only_lifetimes(sig) {
        let message =
            "a method of a resource takes no type parameters; declare a generic struct with `#[derive(Endpoint)]`";
        errors.error(&sig.generics, message);
    }
    if let Some(clause) = &sig.generics.where_clause {
        errors.error(clause, "a method of a resource takes no `where` clause");
    }
    match sig.inputs.first() {
        Some(FnArg::Receiver(receiver)) if is_shared_self(receiver) => {}
        Some(FnArg::Receiver(receiver)) => {
            errors.error(receiver, "a call borrows its client: write `&self`");
        }
        _ => {
            errors.error(&sig.ident, format!("a call borrows its client: write `{}(&self, …)`", sig.ident));
        }
    }
}

fn is_shared_self(receiver: &Receiver) -> bool {
    matches!(receiver.kind, ReceiverKind::Reference(_, None, None))
}

fn arguments(sig: &mut Signature, errors: &Errors) -> Vec<ArgDraft> {
    let mut args: Vec<ArgDraft> = Vec::new();
    for arg in sig.inputs.iter_mut().filter_map(|arg| argument(arg, errors)) {
        let same = args.iter().any(|other| other.field.ident == arg.field.ident);
        if same && !is_conditional(&arg.field.others) {
            let name = &arg.field.ident;
            errors.error(name, format!("there is an argument `{name}` already; give this one another name"));
        } else {
            args.push(arg);
        }
    }
    args
}

/// Takes the attributes of an argument off it, and reads them.
fn argument(arg: &mut FnArg, errors: &Errors) -> Option<ArgDraft> {
    let FnArg::Typed(arg) = arg else { return None };
    let attrs = field::attrs(&arg.attrs, errors);
    let mut others = std::mem::take(&mut arg.attrs);
    others.retain(|attr| !field::is_ours(attr));
    field::refuse_others(&others, errors);
    let Pat::Ident(pat) = &*arg.pat else {
        errors.error(&arg.pat, "an argument is a name: it says where the value goes");
        return None;
    };
    if pat.by_ref.is_some() || pat.subpat.is_some() {
        errors.error(pat, "an argument is a name: it says where the value goes");
    }
    if let Some(word) = &pat.mutability {
        errors.error(word, "an argument of a declaration is not `mut`");
    }
    let (ty, borrow, behind) = match (plain(&arg.ty), inside_option(&arg.ty)) {
        (Type::Reference(TypeReference { mutability: None, lifetime: None, elem, .. }), _) if is_texts(elem) => {
            let text = of_std(["string", "String"], None, elem.span());
            (of_std(["vec", "Vec"], Some(text), elem.span()), Borrow::Texts, None)
        }
        (Type::Reference(TypeReference { mutability: None, lifetime: None, elem, .. }), _) => {
            (owned(elem), Borrow::Whole, Some(&**elem))
        }
        (_, Some(elem)) => {
            let option = of_std(["option", "Option"], Some(owned(elem)), arg.ty.span());
            (option, Borrow::Inside, Some(elem))
        }
        (_, None) => match converted(&arg.ty) {
            Some((ty, borrow)) => (ty, borrow, None),
            None => ((*arg.ty).clone(), Borrow::No, None),
        },
    };
    let has_size = !behind.is_some_and(|ty| is_text(ty) || matches!(plain(ty), Type::Slice(_)));
    if tokens::holds_impl(&ty) {
        errors.error(
            &ty,
            "an argument is of one type: name it in place of `impl`, or write `impl AsRef<str>` or `impl Into<Type>`",
        );
    } else if let Some(rc) = tokens::first_with_arguments("Rc", &ty) {
        errors.error(
            rc,
            "a call goes from thread to thread, which an `Rc` does not: take what is inside of it, such as `&str`",
        );
    } else {
        refuse_borrowed_inside(&ty, errors);
    }
    let ident = pat.ident.clone();
    if ident.unraw() == "self" {
        return None;
    }
    Some(ArgDraft { field: FieldDraft { ident, ty, attrs, others }, written: (*arg.ty).clone(), borrow, has_size })
}

/// The `T` of an `Option<&T>`. By name: an `Option` that is another one does not compile.
fn inside_option(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = plain(ty) else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Option")?;
    let PathArguments::AngleBracketed(args) = &last.arguments else { return None };
    let Some(GenericArgument::Type(inside)) = args.args.first() else { return None };
    match plain(inside) {
        Type::Reference(TypeReference { mutability: None, lifetime: None, elem, .. }) => Some(elem),
        _ => None,
    }
}

/// The type of a field of the endpoint, and how it is made of an argument: of a `Cow<str>`, an `impl AsRef<str>` or an
/// `impl Into<T>`. By name: another `Cow` does not compile.
fn converted(ty: &Type) -> Option<(Type, Borrow)> {
    let text = || of_std(["string", "String"], None, ty.span());
    match plain(ty) {
        Type::Path(path) => {
            let last = path.path.segments.last().filter(|last| last.ident == "Cow")?;
            argument_of(last).filter(|ty| is_text(ty)).map(|_| (text(), Borrow::Cow))
        }
        Type::ImplTrait(bounds) => bounds.bounds.iter().find_map(|bound| {
            let TypeParamBound::Trait(bound) = bound else { return None };
            let last = bound.path.segments.last()?;
            match argument_of(last) {
                Some(ty) if last.ident == "AsRef" && is_text(ty) => Some((text(), Borrow::AsRef)),
                Some(ty) if last.ident == "Into" => Some((ty.clone(), Borrow::Into)),
                _ => None,
            }
        }),
        _ => None,
    }
}

/// The first type in angle brackets.
fn argument_of(segment: &PathSegment) -> Option<&Type> {
    let PathArguments::AngleBracketed(args) = &segment.arguments else { return None };
    args.args.iter().find_map(|arg| if let GenericArgument::Type(ty) = arg { Some(ty) } else { None })
}

/// `[&str]`
fn is_texts(ty: &Type) -> bool {
    let Type::Slice(slice) = plain(ty) else { return false };
    matches!(plain(&slice.elem), Type::Reference(TypeReference { mutability: None, lifetime: None, elem, .. }) if is_text(elem))
}

/// The type of a field of the endpoint, where the method borrows the value.
fn owned(ty: &Type) -> Type {
    match plain(ty) {
        _ if is_text(ty) => of_std(["string", "String"], None, ty.span()),
        Type::Slice(slice) => of_std(["vec", "Vec"], Some((*slice.elem).clone()), ty.span()),
        other => other.clone(),
    }
}

/// `::std::module::Name<argument>`. Made of its parts, because parsing it costs as much as parsing the method.
fn of_std([module, name]: [&str; 2], argument: Option<Type>, span: Span) -> Type {
    let mut last = PathSegment::from(Ident::new(name, span));
    if let Some(argument) = argument {
        last.arguments = PathArguments::AngleBracketed(AngleBracketedGenericArguments {
            colon2_token: None,
            lt_token: Token![<](span),
            args: [GenericArgument::Type(argument)].into_iter().collect(),
            gt_token: Token![>](span),
        });
    }
    let modules = ["std", module].map(|name| PathSegment::from(Ident::new(name, span)));
    let segments = modules.into_iter().chain([last]).collect();
    let path = Path { leading_colon: Some(Token![::](span)), segments };
    Type::Path(TypePath { attrs: Vec::new(), qself: None, path })
}

/// `str`
fn is_text(ty: &Type) -> bool {
    matches!(plain(ty), Type::Path(path) if path.path.is_ident("str"))
}

// #[get] async fn list(&self, #[endpoint(query)] name: Option<&str>) -> …;
fn refuse_borrowed_inside(ty: &Type, errors: &Errors) {
    if let Some(borrow) = tokens::first_borrow(ty) {
        errors.error(
            borrow,
            "an argument can be `&T`, `Option<&T>`, `&[&str]` or `Cow<str>`, but not hold borrowed parts otherwise: take it owned",
        );
    }
}
