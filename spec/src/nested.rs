//! Leads from the handle of one resource to that of another: `#[resource] fn issues(&self) -> impl Issues`.

/// A handle that another one leads to. It borrows the client `C`, and holds the values `V` of the placeholders in its path,
/// whose names `NAMES` stands for.
#[diagnostic::on_unimplemented(
    message = "the path of this resource has other placeholders",
    label = "it gets the values of the resource around it, and then the arguments of this method",
    note = "its placeholders have to be called as these are, in the same order and with the same types; `places(name: Type)` says a type, and without one it is `String`"
)]
pub trait Nested<'c, C: ?Sized, const NAMES: u64, V>: Sized {
    /// The handle.
    fn nested(client: &'c C, values: V) -> Self;
}

#[diagnostic::do_not_recommend]
impl<'c, C: ?Sized + 'c, H: From<&'c C>> Nested<'c, C, 0, ()> for H {
    fn nested(client: &'c C, (): ()) -> Self {
        client.into()
    }
}

/// Returns the handle that a method leads to. The compiler points at the type parameters when its placeholders are others.
pub fn nested<'c, C: ?Sized, H: Nested<'c, C, NAMES, V>, const NAMES: u64, V>(client: &'c C, values: V) -> H {
    H::nested(client, values)
}

/// The value of a placeholder that a double does not know.
#[diagnostic::on_unimplemented(
    message = "the pages of a double need a value for this placeholder, and `{Self}` has no default",
    label = "implement `Default` for it",
    note = "a double is called by its method, which has no argument for the placeholder: nothing is sent with the default"
)]
pub trait UnknownPlace: Sized {
    /// Any value.
    fn unknown() -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Default> UnknownPlace for T {
    fn unknown() -> Self {
        T::default()
    }
}

/// Returns a value that is not sent. The compiler reports a type without one at the type parameter.
#[must_use]
pub fn unknown_place<T: UnknownPlace>() -> T {
    T::unknown()
}
