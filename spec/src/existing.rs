//! Compares a method of a resource with the endpoint that it names: `#[endpoint(CreateInvoice)]`.

use crate::endpoint::Dispatch;

/// The argument of such a method: the endpoint itself.
#[diagnostic::on_unimplemented(
    message = "the argument of this method is the endpoint `{E}`, not `{Self}`",
    label = "write `&{E}`",
    note = "a method marked `#[endpoint(Type)]` takes the whole endpoint; its fields are set by the caller"
)]
pub trait EndpointArgument<E> {
    /// The endpoint.
    fn endpoint(&self) -> &E;
}

#[diagnostic::do_not_recommend]
impl<E> EndpointArgument<E> for E {
    fn endpoint(&self) -> &E {
        self
    }
}

/// Returns the endpoint of a method. The compiler points at the type parameters when the argument is another type.
pub fn the_endpoint<E, A: EndpointArgument<E> + ?Sized>(argument: &A) -> &E {
    argument.endpoint()
}

/// The response of such a method: that of its endpoint.
#[diagnostic::on_unimplemented(
    message = "this method returns `{R}`, but the response of its endpoint is `{Self}`",
    label = "write `{Self}`, the `response` of the endpoint"
)]
pub trait ResponseOf<R: Send + 'static>: Send + Sized + 'static {
    /// The same call, with its response under the name `R`.
    fn response<D: Dispatch>(call: D::Call<Self>) -> D::Call<R>;
}

#[diagnostic::do_not_recommend]
impl<R: Send + 'static> ResponseOf<R> for R {
    fn response<D: Dispatch>(call: D::Call<Self>) -> D::Call<R> {
        call
    }
}
