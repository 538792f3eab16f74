//! Declarations that have to compile: each module is one form, most of them forbid warnings. Compile errors are
//! in `tests/ui`.
#![deny(future_incompatible)]
#![allow(dead_code, missing_docs, unreachable_pub, reason = "many items are only declared")]
#![allow(
    clippy::all,
    clippy::pedantic,
    clippy::unwrap_used,
    reason = "odd forms are the subject; some modules forbid them again"
)]

pub mod attributes_of_rust;
pub mod body_of_a_delete;
pub mod borrowed_arguments;
pub mod borrowed_values;
pub mod closures_as_transports;
pub mod constants_in_lower_case;
pub mod crate_through_a_reexport;
pub mod every_placement;
pub mod existing_endpoints;
pub mod fixed_text_of_a_path;
pub mod forbidden_lints;
pub mod headers_absent_and_repeated;
pub mod items_of_a_macro;
pub mod methods_of_a_trait_in_scope;
pub mod names_of_generated_code;
pub mod names_of_the_standard_library;
pub mod no_implicit_prelude;
pub mod odd_types;
pub mod pages;
pub mod places;
pub mod private_and_unused;
pub mod resource_in_a_function;
pub mod responses;
pub mod rest_of_a_path;
pub mod several_resources_in_one_module;
pub mod strict_lints;
pub mod texts_as_arguments;
pub mod types_of_a_macro;
pub mod values_by_word;

/// A file that is not declared would not be compiled, and nothing would say so.
#[test]
fn each_file_is_a_module() {
    for file in std::fs::read_dir("pass").unwrap() {
        let name = file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned();
        assert!(name == "main" || include_str!("main.rs").contains(&format!("\npub mod {name};\n")), "{name}");
    }
}
