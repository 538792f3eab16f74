//! The mutants, as `cargo-mutants` finds them.

use std::path::Path;
use std::process::Command;

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::{File, Result};

/// What is measured: the files, and those of them that only declare endpoints and their data.
const FILES: [&str; 9] = [
    "spec/src/**",
    "qelos-client/src/call.rs",
    "qelos-client/src/call/**",
    "qelos-client/src/jwt.rs",
    "qelos-client/src/oauth2.rs",
    "qelos-client/src/oauth2/**",
    "qelos-client/src/qelos/scheme.rs",
    "qelos-client/src/session.rs",
    "qelos-client/src/session/**",
];
const DECLARATIONS: [&str; 4] = ["spec/src/api.rs", "spec/src/api/**", "spec/src/wire.rs", "spec/src/wire/**"];

#[derive(Deserialize)]
pub struct Mutant {
    pub name: String,
    pub file: File,
    pub genre: Genre,
    /// None for a constant, which the compiler evaluates.
    function: Option<IgnoredAny>,
    pub replacement: String,
    pub span: Span,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Genre {
    FnValue,
    BinaryOperator,
    UnaryOperator,
    MatchArm,
    MatchArmGuard,
    StructField,
}

#[derive(Deserialize)]
pub struct Span {
    pub start: Place,
}

/// A place in a file; both numbers begin with 1.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub line: usize,
    pub column: usize,
}

pub fn of(repository: &Path) -> Result<Vec<Mutant>> {
    let mut command = Command::new("cargo");
    command.current_dir(repository).args(["mutants", "--list", "--json", "--workspace"]);
    for file in FILES {
        command.args(["--file", file]);
    }
    for file in DECLARATIONS {
        command.args(["--exclude", file]);
    }
    let listed = command.output()?;
    if !listed.status.success() {
        return Err(format!("cargo mutants: {}", String::from_utf8_lossy(&listed.stderr)).into());
    }
    let mut mutants: Vec<Mutant> = serde_json::from_slice(&listed.stdout)?;
    mutants.retain(|mutant| mutant.function.is_some());
    Ok(mutants)
}
