//! Enums that Qelos may add to: a new variant breaks no program.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

use std::fs;
use std::path::{Path, PathBuf};

use syn::{Item, Visibility};

/// The Rust files of a folder and of those in it.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] });
    files.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

#[test]
fn each_public_enum_of_the_server_may_get_variants() {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("spec/src");
    let (mut seen, mut closed) = (0, Vec::new());
    for path in ["api", "wire"].iter().flat_map(|folder| sources(&spec.join(folder))) {
        for item in syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap().items {
            let Item::Enum(item) = item else { continue };
            if !matches!(item.vis, Visibility::Public(_)) {
                continue;
            }
            seen += 1;
            if !item.attrs.iter().any(|attribute| attribute.path().is_ident("non_exhaustive")) {
                closed.push(format!("{} in {}", item.ident, path.display()));
            }
        }
    }
    assert!(seen > 2, "the enums were found");
    assert!(closed.is_empty(), "`#[non_exhaustive]` is missing: {closed:#?}");
}
