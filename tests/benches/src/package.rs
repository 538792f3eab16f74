//! Packages that are written and built by a measurement, in a folder of the measurement below `target`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub struct Package {
    name: String,
    folder: PathBuf,
    /// What is built, for all packages of a measurement.
    target: PathBuf,
}

impl Package {
    /// Writes a package of a measurement, with these dependencies and files. All get the same versions.
    pub fn new(measurement: &str, name: &str, dependencies: &str, files: &[(&str, &str)]) -> Self {
        let benches = Path::new(env!("CARGO_MANIFEST_DIR"));
        let measurement = benches.join("target").join(measurement);
        let folder = measurement.join(name);
        fs::create_dir_all(folder.join("src")).expect("a folder");
        let client = benches.join("../../qelos-client");
        let dependencies = dependencies.replace("QELOS_CLIENT", &client.display().to_string());
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n{dependencies}\n[workspace]\n"
        );
        write(folder.join("Cargo.toml"), &manifest);
        for (file, text) in files {
            write(folder.join("src").join(file), text);
        }
        // Cargo takes out what is not needed.
        fs::copy(benches.join("Cargo.lock"), folder.join("Cargo.lock")).expect("a lock file");
        Self { name: name.to_owned(), folder, target: measurement.join("target") }
    }

    /// Removes all that was built for the measurement.
    pub fn clean(&self) {
        let _ = fs::remove_dir_all(&self.target);
    }

    /// The executable.
    pub fn build(&self) -> PathBuf {
        self.bash("cargo build --release");
        self.target.join("release").join(&self.name)
    }

    /// Runs a command in the folder of the package.
    pub fn bash(&self, command: &str) -> Output {
        let mut bash = Command::new("bash");
        bash.arg("-c").arg(command).current_dir(&self.folder).env("CARGO_TARGET_DIR", &self.target);
        let output = bash.output().expect("bash");
        assert!(output.status.success(), "{}: {}", self.name, String::from_utf8_lossy(&output.stderr));
        output
    }
}

/// Leaves a file alone that is the same already, so that cargo does not build it again.
fn write(path: PathBuf, text: &str) {
    if fs::read_to_string(&path).is_ok_and(|written| written == text) {
        return;
    }
    fs::write(path, text).expect("a file");
}
