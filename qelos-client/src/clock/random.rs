//! The source of random bytes.

use std::error::Error;

/// Draws the random bytes of requests: the boundaries of forms with several parts, idempotency keys, and the secrets of
/// sign-ins that go through a browser. A test can set it.
///
/// It has to be unpredictable wherever contents come from people: authors who know a boundary can write one into a file,
/// and so add parts to the form.
///
/// A closure is a source as well:
///
/// ```
/// use qelos_client::Client;
///
/// let sevens = |bytes: &mut [u8]| {
///     bytes.fill(7);
///     Ok(())
/// };
/// let client = Client::builder("https://acme.example").random(sevens).build()?;
/// # let _ = client;
/// # Ok::<(), qelos_client::Error>(())
/// ```
pub trait Random: Send + Sync + 'static {
    /// Fills the bytes.
    ///
    /// # Errors
    ///
    /// When there are no random bytes. The request is not sent then.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Box<dyn Error + Send + Sync>>;
}

/// The random bytes of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Box<dyn Error + Send + Sync>> {
        getrandom::fill(bytes).map_err(Into::into)
    }
}

impl<F> Random for F
where
    F: Fn(&mut [u8]) -> Result<(), Box<dyn Error + Send + Sync>> + Send + Sync + 'static,
{
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Box<dyn Error + Send + Sync>> {
        self(bytes)
    }
}
