//! Expansions as snapshots: `INSTA_UPDATE=always cargo test -p qelos-macros`, then read the diff.

use quote::quote;

use super::{Macro, formatted, resource};
use crate::pipeline;
use crate::runtime_path::Flavour;

fn snapshot(name: &str, expand: Macro, item: proc_macro2::TokenStream) -> String {
    let code = formatted(expand(item, Flavour::Spec));
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, code);
    });
    code
}

fn five_fields() -> proc_macro2::TokenStream {
    quote! {
        /// Adds a line to an invoice.
        #[endpoint(POST, "/api/invoices/{number}/lines", response = Line, auth = SignedIn)]
        #[serde(rename_all = "camelCase")]
        pub struct AddLine {
            pub number: u64,
            #[endpoint(query)]
            pub dry_run: bool,
            #[endpoint(header = "x-request-id")]
            pub request_id: Option<String>,
            pub text: String,
            #[serde(skip_serializing_if = "Option::is_none")]
            pub unit_price: Option<u64>,
        }
    }
}

#[test]
fn an_endpoint_of_five_fields_fits_on_a_screen() {
    let code = snapshot("endpoint", pipeline::endpoint, five_fields());
    assert!(code.lines().count() <= 80, "{} lines", code.lines().count());
    assert!(!code.contains("derive"), "no macro writes a derive");
    assert!(!code.contains("cfg"), "no macro asks for features in the user's crate");
}

#[test]
fn decoding_five_fields_fits_on_a_screen() {
    let code = snapshot("decode_request", pipeline::decode_request, five_fields());
    assert!(code.lines().count() <= 60, "{} lines", code.lines().count());
}

fn values_by_word() -> proc_macro2::TokenStream {
    quote! {
        #[endpoint(POST, "/{bucket}/{ids}?acl&list-type=2", auth = Public)]
        struct Words {
            #[endpoint(display)]
            bucket: Name,
            #[endpoint(comma)]
            ids: Vec<u32>,
            #[endpoint(query, flag)]
            versions: bool,
            #[endpoint(query, nested)]
            filter: Filter,
            #[endpoint(query)]
            #[serde(flatten)]
            more: More,
            #[endpoint(header = "x-names", display, pipe)]
            names: Vec<Name>,
            #[endpoint(form, nested)]
            items: Vec<Item>,
        }
    }
}

#[test]
fn values_by_word_are_written_by_functions() {
    snapshot("values_by_word", pipeline::endpoint, values_by_word());
}

#[test]
fn values_by_word_are_read_by_functions() {
    snapshot("values_by_word_read", pipeline::decode_request, values_by_word());
}

#[test]
fn the_smallest_endpoint() {
    snapshot(
        "smallest",
        pipeline::endpoint,
        quote! {
            #[endpoint(GET, "/api/me", response = User, auth = SignedIn)]
            struct GetMe;
        },
    );
}

#[test]
fn a_generic_endpoint_gets_the_bounds_its_fields_need() {
    snapshot(
        "generic",
        pipeline::endpoint,
        quote! {
            #[endpoint(GET, "/api/{kind}", response = Vec<T>, auth = SignedIn)]
            struct List<'a, K: Clone, T, const N: usize> where T: Sized {
                kind: K,
                filter: Option<&'a K>,
                #[endpoint(skip)]
                entity: PhantomData<T>,
            }
        },
    );
}

#[test]
fn a_form_with_secrets_functions_and_the_rest() {
    let form = || {
        quote! {
            #[endpoint(POST, "/oauth/{*rest}", auth = Public, error = OAuthError, idempotent, timeout = "5s", errors_with_200)]
            struct Exchange {
                rest: String,
                #[endpoint(form, secret)]
                code: SecretString,
                #[endpoint(form)]
                #[serde(with = "unix_seconds", default)]
                at: Timestamp,
                #[endpoint(form)]
                #[serde(flatten)]
                extra: Extra,
                #[endpoint(bearer)]
                token: SecretString,
            }
        }
    };
    let keyed = || {
        quote! {
            #[endpoint(POST, "/v1/charges", auth = SignedIn)]
            struct Charge {
                #[endpoint(idempotency_key)]
                key: Option<IdempotencyKey>,
                amount: u32,
            }
        }
    };
    snapshot("idempotency_key", pipeline::endpoint, keyed());
    snapshot("decode_idempotency_key", pipeline::decode_request, keyed());
    snapshot("form", pipeline::endpoint, form());
    snapshot("decode_form", pipeline::decode_request, form());
}

#[test]
fn a_response_is_read_and_written_by_its_parts() {
    snapshot(
        "response_struct",
        pipeline::response,
        quote! {
            #[serde(rename_all = "camelCase")]
            struct Page<T> {
                #[response(header)]
                etag: Option<String>,
                total_count: u64,
                #[serde(flatten)]
                rest: T,
            }
        },
    );
    snapshot(
        "response_enum",
        pipeline::response,
        quote! {
            enum Refused {
                #[response(409)]
                Twice,
                #[response(4xx)]
                Wrong { #[response(status)] status: u16, #[response(raw = "text/plain")] text: String },
                #[response(_)]
                Other(ApiError),
            }
        },
    );
}

#[test]
fn a_scheme_of_sessions_is_data_until_here() {
    snapshot(
        "session_scheme",
        |item, _| pipeline::session(item),
        quote! {
            #[session(
                name = "acme",
                sign_in = LogIn,
                renew = Renew { refresh, client: self.client.clone() },
                end = LogOut,
                access = session.token,
                refresh = session.refresh,
                expires_in = seconds,
                header = "x-session",
                refused(401, "session_expired"),
                satisfies(SignedIn),
            )]
            struct Acme {
                client: String,
            }
        },
    );
}

#[test]
fn the_words_about_a_response_choose_how_it_is_read() {
    snapshot(
        "raw_or_none",
        |item, flavour| {
            let decode = pipeline::decode_request(item.clone(), flavour);
            let endpoint = pipeline::endpoint(item, flavour);
            quote!(#endpoint #decode)
        },
        quote! {
            #[endpoint(GET, "/api/file", response = Option<Bytes>, raw = "application/pdf", none = 404, auth = Public)]
            struct FindFile;
        },
    );
}

#[test]
fn pages_are_what_the_words_say() {
    snapshot(
        "pages",
        resource,
        quote! {
            #[resource(path = "/api/invoices", auth = SignedIn)]
            trait Invoices {
                /// Lists one page of them.
                #[get(pages(cursor = after, next = meta.next, more = |page| page.more, items = data))]
                async fn list(&self, customer: &str, after: Option<&Cursor>) -> Page<Invoice>;
            }
        },
    );
    snapshot(
        "pages_of_numbers",
        pipeline::endpoint,
        quote! {
            #[endpoint(GET, "/api/numbers", response = Vec<u64>, auth = SignedIn, pages(offset = skip))]
            struct ListNumbers<T> { skip: Option<u64>, filter: T }
        },
    );
}

#[test]
fn parts_are_written_and_read_by_their_words() {
    snapshot(
        "parts",
        |item, flavour| {
            let decode = pipeline::decode_request(item.clone(), flavour);
            let endpoint = pipeline::endpoint(item, flavour);
            quote!(#endpoint #decode)
        },
        quote! {
            #[endpoint(POST, "/api/scans", auth = SignedIn)]
            struct AddScan {
                #[endpoint(part)]
                #[serde(default)]
                title: String,
                #[endpoint(part, json)]
                tags: Vec<String>,
                #[endpoint(part, secret)]
                pin: SecretString,
                #[endpoint(part, rename = "file")]
                scan: File,
            }
        },
    );
}

#[test]
fn a_resource_is_its_trait_and_what_calls_it() {
    snapshot(
        "resource",
        resource,
        quote! {
            #[resource(path = "/api/invoices", auth = SignedIn)]
            /// The invoices of the workspace.
            pub trait Invoices {
                /// Lists them.
                #[get]
                async fn list(&self, customer: Option<&str>) -> Vec<Invoice>;
                /// Creates one.
                #[endpoint(CreateInvoice)]
                async fn create(&self, invoice: &CreateInvoice) -> Invoice;
                /// Deletes one.
                #[delete("/{number}", auth = Session)]
                #[deprecated = "archive it instead"]
                #[cfg(feature = "delete")]
                async fn delete(&self, number: &str);
            }
        },
    );
}

#[test]
fn a_handle_holds_the_values_and_the_types_of_its_resource() {
    snapshot(
        "places",
        resource,
        quote! {
            #[resource(path = "/api/{owner}/{kind}", places(kind: Kind), auth = SignedIn, accessor = kind)]
            pub trait Entities<T: Entity> {
                /// Lists them.
                #[get]
                async fn list(&self, page: u32) -> Vec<T>;
                /// Leads to those of another type.
                #[resource]
                fn lines(&self, line: &str) -> impl lines::Lines<T>;
            }
        },
    );
}

#[test]
fn a_mistake_leaves_something_to_compile_against() {
    snapshot(
        "broken_endpoint",
        pipeline::endpoint,
        quote! {
            #[endpoint(GET, "/api/invoices/{nummer}", response = Invoice, auth = SignedIn)]
            struct GetInvoice { number: u32 }
        },
    );
    snapshot(
        "broken_response",
        pipeline::response,
        quote! {
            enum Charged<T> {
                #[response(99)]
                Done(T),
            }
        },
    );
    snapshot(
        "broken_resource",
        resource,
        quote! {
            #[resource(path = "/api/invoices", auth = SignedIn)]
            trait Invoices {
                #[get("/{nummer}")]
                async fn get(&self, number: u32) -> Invoice;
            }
        },
    );
}
