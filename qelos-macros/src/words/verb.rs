//! The methods of requests.

/// The method of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verb {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
}

impl Verb {
    pub(crate) const ALL: [Self; 6] = [Self::Get, Self::Head, Self::Post, Self::Put, Self::Patch, Self::Delete];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// The name of the attribute on a method of a resource.
    pub(crate) fn attribute(self) -> String {
        self.name().to_lowercase()
    }

    pub(crate) fn forbids_body(self) -> bool {
        matches!(self, Self::Get | Self::Head)
    }

    /// Whether sending it twice does no more than sending it once, by the meaning of the method.
    pub(crate) fn is_idempotent(self) -> bool {
        !matches!(self, Self::Post | Self::Patch)
    }
}
