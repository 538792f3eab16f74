//! What only this crate can see: the expansions.
