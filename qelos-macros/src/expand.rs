//! Code: models into tokens. Nothing here can fail, and nothing here decides.

mod arguments;
mod attrs;
mod decode;
mod docs;
mod encode;
pub(crate) mod fallback;
mod handle;
mod pages;
mod parts;
mod resource;
mod response;
mod session;

pub(crate) use decode::endpoint as decode_request;
pub(crate) use encode::endpoint;
pub(crate) use pages::paged;
pub(crate) use parts::response;
pub(crate) use resource::resource;
pub(crate) use session::session;
