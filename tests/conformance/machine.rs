//! What the machine has of the things that these tests need besides Rust.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Something that a machine may lack.
pub(crate) struct Requirement {
    /// Its word in `QELOS_TESTS_REQUIRE`.
    pub(crate) name: &'static str,
    /// What to install.
    pub(crate) missing: &'static str,
    pub(crate) is_met: bool,
}

impl Requirement {
    /// Whether a test can run. Without what it needs, the test is left out with a message, and fails instead when
    /// `QELOS_TESTS_REQUIRE` contains the name of the requirement.
    pub(crate) fn allows(&self, test: &str) -> bool {
        if !self.is_met {
            let required = std::env::var("QELOS_TESTS_REQUIRE").is_ok_and(|required| required.contains(self.name));
            assert!(!required, "`{test}` needs {}, and QELOS_TESTS_REQUIRE asks for it", self.missing);
            left_out(test, self.missing);
        }
        self.is_met
    }
}

/// Prints that the test was left out. The test harness does not capture this, because it would hide the output of a
/// passing test.
#[allow(clippy::explicit_write, reason = "`eprintln!` is what the harness captures")]
fn left_out(test: &str, missing: &str) {
    writeln!(std::io::stderr(), "left out: `{test}` needs {missing}").unwrap();
}

/// Where the packages of Node.js and Python are installed.
pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("conformance")
}

pub(crate) fn has_node() -> bool {
    let mut node = Command::new("node");
    node.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}
