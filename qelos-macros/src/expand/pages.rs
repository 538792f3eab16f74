//! The word `pages`: the implementation of `Paged`, and the methods of a resource that go through the pages.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Generics, Member, Type, WherePredicate};

use crate::draft::{Borrow, Reach, StructHead};
use crate::expand::{arguments, attrs, encode, handle};
use crate::model::{Arg, Endpoint, Operation, Pages, Resource, Step, Target};
use crate::runtime_path::RuntimePath;
use crate::tokens::{self, at_span, said_by_us};

/// The implementation of `Paged`, where an endpoint has pages.
pub(crate) fn paged(endpoint: &Endpoint, runtime: &RuntimePath) -> Option<TokenStream> {
    let pages = endpoint.pages.as_ref()?;
    let ident = attrs::name_of(&endpoint.head);
    let generics = bounded(endpoint, runtime);
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let attrs = attrs::of_what_stands_for(&endpoint.head, endpoint.attrs_of_fields());
    let Pages { field, item, .. } = pages;
    let (name, ty, wire) = (said_by_us(&field.ident), &field.ty, &field.wire);
    let (following, items) = (following(pages, runtime), items(pages, runtime));
    let others = endpoint.fields.iter().filter(|other| other.ident != field.ident).map(|other| {
        let (name, ty, cfgs) = (said_by_us(&other.ident), &other.ty, attrs::cfgs(&other.attrs));
        let value = quote_spanned!(Span::mixed_site()=> &self.#name);
        quote_spanned!(at_span(ty.span())=> #(#cfgs)* #name: #runtime::sent_again::<#ty>(#value))
    });
    let position = {
        let value = quote_spanned!(Span::mixed_site()=> &self.#name);
        quote_spanned!(at_span(ty.span())=> #runtime::sent_again::<#ty>(#value))
    };
    Some(quote_spanned! {Span::mixed_site()=>
        #(#attrs)*
        impl #impl_generics #runtime::Paged for #ident #ty_generics #where_clause {
            type Item = #item;
            type Position = #ty;
            const POSITION: &'static #runtime::str = #wire;

            fn following(&self, qelos_page: &Self::Response) -> #runtime::Result<#runtime::Option<Self>, #runtime::DecodeError> {
                #following
            }

            fn items(qelos_page: Self::Response) -> #runtime::Vec<Self::Item> {
                #items
            }

            fn position(&self) -> Self::Position {
                #position
            }

            fn at(&self, qelos_position: Self::Position) -> Self {
                Self { #name: qelos_position, #(#others),* }
            }
        }
    })
}

/// The generics of an endpoint with pages, with a bound for each type that depends on them.
fn bounded(endpoint: &Endpoint, runtime: &RuntimePath) -> Generics {
    let mut generics = encode::bounded(endpoint, runtime, false);
    let params: Vec<Ident> = generics.type_params().map(|param| param.ident.clone()).collect();
    for ty in endpoint.fields.iter().map(|field| &field.ty).filter(|ty| encode::mentions(ty, &params)) {
        let ty = tokens::subject(ty);
        generics.make_where_clause().predicates.push(syn::parse_quote!(#ty: #runtime::SentAgain));
    }
    generics
}

/// The body of `Paged::following`.
fn following(pages: &Pages, runtime: &RuntimePath) -> TokenStream {
    let Pages { field, step, more, items, item } = pages;
    let ty = &field.ty;
    let at = at_span(ty.span());
    let name = said_by_us(&field.ident);
    let here = quote_spanned!(Span::mixed_site()=> &self.#name);
    let count = || {
        let list = match items {
            Some(Reach::Field(members)) => of_borrowed_page(members),
            _ => quote_spanned!(Span::mixed_site()=> *qelos_page),
        };
        let list_of = list_of(item, &list, runtime);
        quote_spanned!(Span::mixed_site()=> #runtime::List::count(#list_of, &#list))
    };
    let next = match step {
        Step::Next(reach) => {
            let next = value(reach, runtime);
            quote_spanned!(span(reach)=> #runtime::next_position::<#ty, _>(#next))
        }
        Step::Link(reach) => {
            let link = value(reach, runtime);
            let read = encode::read(field, runtime);
            let read = read.unwrap_or_else(|| quote_spanned!(at=> #runtime::read_text::<#ty>));
            quote_spanned!(span(reach)=> #runtime::next_by_link::<Self>(&#link, #read)?)
        }
        Step::Number => {
            let count = count();
            quote_spanned!(at=> #runtime::next_by_number::<Self, #ty>(#here, #count)?)
        }
        Step::Offset => {
            let count = count();
            quote_spanned!(at=> #runtime::next_by_offset::<Self, #ty>(#here, #count)?)
        }
    };
    let end = more.as_ref().map(|more| {
        let value = value(more, runtime);
        let is_more = quote_spanned!(span(more)=> #runtime::is_more(&#value));
        quote_spanned! {Span::mixed_site()=>
            if !#is_more {
                return #runtime::Result::Ok(#runtime::Option::None);
            }
        }
    });
    quote_spanned! {Span::mixed_site()=>
        #end
        #runtime::Result::Ok(#runtime::Option::map(#next, |qelos_next| #runtime::Paged::at(self, qelos_next)))
    }
}

/// The body of `Paged::items`.
fn items(Pages { items, item, .. }: &Pages, runtime: &RuntimePath) -> TokenStream {
    let page = quote_spanned!(Span::mixed_site()=> qelos_page);
    let list = match items {
        None => page,
        Some(Reach::Field(members)) => quote!(#page #(.#members)*),
        Some(Reach::Function(function)) => {
            quote_spanned!(at_span(function.span())=> #runtime::taken::<Self::Response, _>(#page, #function))
        }
    };
    let list_of = list_of(item, &quote_spanned!(Span::mixed_site()=> qelos_items), runtime);
    quote_spanned! {Span::mixed_site()=>
        let qelos_items = #list;
        #runtime::List::items(#list_of, qelos_items)
    }
}

/// The functions of a list. The compiler points at the type of an item.
fn list_of(item: &Type, list: &TokenStream, runtime: &RuntimePath) -> TokenStream {
    quote_spanned!(at_span(item.span())=> #runtime::list_of::<#item, _>(&#list))
}

/// A value of the page, owned.
fn value(reach: &Reach, runtime: &RuntimePath) -> TokenStream {
    match reach {
        Reach::Field(members) => {
            let field = of_borrowed_page(members);
            quote_spanned!(span(reach)=> #runtime::sent_again(&#field))
        }
        Reach::Function(function) => {
            let page = quote_spanned!(Span::mixed_site()=> qelos_page);
            quote_spanned!(span(reach)=> #runtime::reached::<Self::Response, _>(#page, #function))
        }
    }
}

/// `meta.next` of the page. It has no reference in front, so that an error about it has the same words as in
/// `Paged::items`, and the compiler shows it once.
fn of_borrowed_page(members: &[Member]) -> TokenStream {
    let page = quote_spanned!(Span::mixed_site()=> (*qelos_page));
    quote!(#page #(.#members)*)
}

/// Where to point when a value of the page does not fit.
fn span(reach: &Reach) -> Span {
    at_span(match reach {
        Reach::Field(members) => members.last().map_or_else(Span::call_site, Spanned::span),
        Reach::Function(function) => function.span(),
    })
}

/// A method of a resource that has pages.
struct Paged<'r> {
    operation: &'r Operation,
    /// Its struct.
    head: &'r StructHead,
    /// None if it has a mistake: its methods are stand-ins then.
    endpoint: Option<&'r Endpoint>,
}

fn all(resource: &Resource) -> impl Iterator<Item = Paged<'_>> {
    let all = resource.operations.iter().filter(|operation| operation.has_pages);
    // What has the name of one of the methods was reported.
    let free = all.filter(|operation| resource.with_names_of_pages(operation).next().is_none());
    free.filter_map(|operation| {
        let (head, endpoint) = match &operation.calls {
            Ok(Target::Own(endpoint)) => (&endpoint.head, Some(&**endpoint)),
            Ok(Target::Existing(..) | Target::Nested(_)) => return None,
            Err(stand_in) => (&stand_in.endpoint.as_ref()?.head, None),
        };
        Some(Paged { operation, head, endpoint })
    })
}

impl Paged<'_> {
    /// The type of its struct.
    fn ty(&self) -> TokenStream {
        let (_, ty_generics, _) = self.head.generics.split_for_impl();
        let ident = &self.head.ident;
        quote!(#ident #ty_generics)
    }

    /// A value of its struct, of the values of its fields.
    fn value(&self, fields: impl Iterator<Item = TokenStream>, marker: Option<TokenStream>) -> TokenStream {
        let (_, ty_generics, _) = self.head.generics.split_for_impl();
        let (ident, turbofish, fields) = (&self.head.ident, ty_generics.as_turbofish(), fields.chain(marker));
        quote!(#ident #turbofish { #(#fields),* })
    }

    /// The bounds of what depends on its type parameters, which its resource does not say itself.
    fn bounds(&self, runtime: &RuntimePath) -> Vec<WherePredicate> {
        let of = |endpoint| encode::added_bounds(bounded(endpoint, runtime), &self.head.generics);
        self.endpoint.map(of).unwrap_or_default()
    }
}

/// Whether a method of a resource has pages.
pub(super) fn are_in(resource: &Resource) -> bool {
    all(resource).next().is_some()
}

/// The sentences about the two methods.
fn docs(operation: &Operation) -> [String; 2] {
    let name = operation.ident.unraw();
    [
        format!(
            " The pages of [`{name}`](Self::{name}), one after the other, from the one on that the arguments ask for."
        ),
        format!(" The items of all pages of [`{name}`](Self::{name}), from the one on that the arguments ask for."),
    ]
}

/// What the methods about a method repeat of it: not its documentation, which is about one page.
fn attrs_of(operation: &Operation) -> Vec<TokenStream> {
    let own = operation.attrs.iter().filter(|attr| !attr.path().is_ident("doc") && !attr.path().is_ident("must_use"));
    attrs::of_a_method(&own.cloned().collect::<Vec<_>>())
}

/// The methods of a handle that go through pages. They borrow the client, and not the handle.
pub(super) fn of_a_handle(resource: &Resource, caller: &Ident, runtime: &RuntimePath) -> Option<TokenStream> {
    let methods: Vec<_> = all(resource).map(|paged| method_of_a_handle(&paged, resource, caller, runtime)).collect();
    let (handle, lints) = (handle::Generic::of(resource), attrs::lints(&resource.attrs));
    (!methods.is_empty()).then(|| {
        let (params, ty, clause) =
            (handle.params(), handle.ty(Some(&syn::Lifetime::new("'c", Span::mixed_site())), caller), handle.clause());
        quote_spanned! {Span::mixed_site()=>
            #(#lints)*
            impl<'c, #caller: #runtime::Dispatch #params> #ty #clause {
                #(#methods)*
            }
        }
    })
}

fn method_of_a_handle(paged: &Paged<'_>, resource: &Resource, caller: &Ident, runtime: &RuntimePath) -> TokenStream {
    let Paged { operation, endpoint, .. } = paged;
    let ([list_pages, list_items], [about_pages, about_items]) = (operation.names_of_pages(), docs(operation));
    let (attrs, vis) = (attrs_of(operation), &resource.vis);
    let deprecated = attrs::allowing_deprecation(operation.attrs.iter().any(attrs::deprecates));
    let (args, names) = (arguments::declared(operation), arguments::names(operation));
    let bound = endpoint.map(|endpoint| {
        let (auth, bounds) = (tokens::subject(&endpoint.auth), paged.bounds(runtime));
        quote! {
            #auth: #runtime::SatisfiedBy<#caller::Credential>,
            #caller::Error: #runtime::From<#runtime::ResponseError>,
            #(#bounds,)*
        }
    });
    let ty = paged.ty();
    let body = match endpoint {
        Some(endpoint) => {
            let fields = operation.of_fields().map(|arg| arguments::field(arg, runtime));
            let value = paged.value(fields, arguments::marker(operation, endpoint, runtime));
            quote_spanned!(Span::mixed_site()=> #runtime::Pages::new(self.client, #value))
        }
        None => stand_in(operation, runtime),
    };
    quote_spanned! {at_span(operation.ident.span())=>
        #(#attrs)*
        #deprecated
        #[doc = #about_pages]
        #vis fn #list_pages(&self, #args) -> #runtime::Pages<'c, #ty, #caller::Error>
        where
            #bound
        {
            #body
        }

        #(#attrs)*
        #deprecated
        #[doc = #about_items]
        #vis fn #list_items(&self, #args) -> #runtime::Items<'c, #ty, #caller::Error>
        where
            #bound
        {
            #runtime::Pages::items(Self::#list_pages(self, #(#names),*))
        }
    }
}

/// The body of a method that is never run.
fn stand_in(operation: &Operation, runtime: &RuntimePath) -> TokenStream {
    let names = arguments::names(operation);
    quote!(let _ = (#(#names,)*); #runtime::unreachable!())
}

/// The methods of the trait that go through pages: they call the method that reads one, so that a double writes this one
/// only.
pub(super) fn of_a_trait(resource: &Resource, runtime: &RuntimePath) -> TokenStream {
    all(resource).map(|paged| methods_of_a_trait(&paged, runtime)).collect()
}

fn methods_of_a_trait(paged: &Paged<'_>, runtime: &RuntimePath) -> TokenStream {
    let Paged { operation, endpoint, .. } = paged;
    let ([list_pages, list_items], [about_pages, about_items]) = (operation.names_of_pages(), docs(operation));
    let (attrs, method) = (attrs_of(operation), said_by_us(&operation.ident));
    let deprecated = attrs::allowing_deprecation(operation.attrs.iter().any(attrs::deprecates));
    let (args, names) = (arguments::declared(operation), arguments::names(operation));
    let body = match endpoint {
        Some(endpoint) => {
            let held = operation.places.iter().map(|place| unknown(place, runtime));
            let fields = held.chain(operation.args.iter().map(|arg| arguments::field(arg, runtime)));
            let value = paged.value(fields, arguments::marker(operation, endpoint, runtime));
            let sent_again = operation.args.iter().map(|arg| argument(arg, runtime));
            quote_spanned! {Span::mixed_site()=>
                #runtime::Pages::from_fn(#value, move |qelos_endpoint| async move {
                    let qelos_page = Self::#method(self, #(#sent_again),*).await;
                    (qelos_endpoint, qelos_page)
                })
            }
        }
        None => stand_in(operation, runtime),
    };
    let (ty, bounds) = (paged.ty(), paged.bounds(runtime));
    quote_spanned! {Span::mixed_site()=>
        #(#attrs)*
        #deprecated
        #[doc = #about_pages]
        fn #list_pages(&self, #args) -> #runtime::Pages<'_, #ty, Self::Error>
        where
            Self: #runtime::Sync,
            #(#bounds,)*
        {
            #body
        }

        #(#attrs)*
        #deprecated
        #[doc = #about_items]
        fn #list_items(&self, #args) -> #runtime::Items<'_, #ty, Self::Error>
        where
            Self: #runtime::Sync,
            #(#bounds,)*
        {
            #runtime::Pages::items(Self::#list_pages(self, #(#names),*))
        }
    }
}

/// The value of a placeholder that only a handle knows. Nothing is sent with it: a double is called by its method.
fn unknown(Arg { ident, written, .. }: &Arg, runtime: &RuntimePath) -> TokenStream {
    let (name, ty) = (said_by_us(ident), arguments::pointee(written));
    quote_spanned!(at_span(ty.span())=> #name: #runtime::unknown_place::<#ty>())
}

/// An argument of a method, out of the struct of its endpoint.
fn argument(Arg { ident, borrow, has_size, attrs, .. }: &Arg, runtime: &RuntimePath) -> TokenStream {
    let (name, cfgs) = (said_by_us(ident), attrs::cfgs(attrs));
    let field = quote_spanned!(Span::mixed_site()=> &qelos_endpoint.#name);
    let value = match borrow {
        Borrow::No | Borrow::AsRef | Borrow::Into => quote!(#runtime::sent_again(#field)),
        Borrow::Texts => quote!(&#runtime::borrowed_texts(#field)),
        Borrow::Cow => quote!(#runtime::Cow::Borrowed(#runtime::borrowed_text(#field))),
        Borrow::Whole => field,
        Borrow::Inside if *has_size => quote!(#runtime::Option::as_ref(#field)),
        Borrow::Inside => quote!(#runtime::Option::as_deref(#field)),
    };
    quote!(#(#cfgs)* #value)
}
