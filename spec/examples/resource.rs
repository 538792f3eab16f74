//! A resource as its author writes it. The code that the macro writes is in `resource-expanded.rs`.

use qelos_spec::auth::{Session, SignedIn};
use qelos_spec::{RequestSnapshot, resource};

/// The notes of the workspace.
#[resource(path = "/api/notes", auth = SignedIn)]
pub trait Notes {
    /// Lists their titles.
    #[get]
    async fn list(&self, tag: Option<&str>) -> Vec<String>;

    /// Deletes one.
    #[delete("/{id}", auth = Session)]
    async fn delete(&self, id: u32);
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    print!("{}", RequestSnapshot::of(&NotesList { tag: Some("urgent".to_owned()) })?);
    print!("{}", RequestSnapshot::of(&NotesDelete { id: 7 })?);
    Ok(())
}
