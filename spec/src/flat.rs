//! Flattened values: structs and maps whose fields become fields of the query, the form or the JSON object around them.

mod read;
mod write;

pub(crate) use read::{Field, read};
pub(crate) use write::{FieldOf, Fields, Names, is_declared, write};
