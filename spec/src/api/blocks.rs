//! Blocks of content.

use crate::auth::{Anyone, Privileged};
use crate::id::BlockId;
use crate::wire::{Block, BlockChanges, Deletion, NewBlock};
use crate::{DecodeRequest, Endpoint, resource};

/// Lists the first blocks. The server has no next page: it fails when it is asked for one.
///
/// `GET /api/blocks`.
///
/// ```
/// use qelos_spec::Endpoint;
/// use qelos_spec::api::ListBlocks;
///
/// let mut list = ListBlocks::default();
/// list.limit = Some(100);
/// assert_eq!(list.encode()?.target(), "/api/blocks?limit=100");
/// # Ok::<(), qelos_spec::EncodeError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/blocks", response = Vec<Block>, auth = Privileged)]
#[non_exhaustive]
pub struct ListBlocks {
    /// The greatest number of blocks. Without it, the server sends at most 30.
    pub limit: Option<u32>,
}

/// The blocks of content of the tenant, for users with the role `editor`, `plugin` or `admin`. Everyone may read one whose
/// id they know.
///
/// # Errors
///
/// A block that does not exist is a 404 when it is changed or deleted. A block that is not valid is a 500.
#[resource(path = "/api/blocks", auth = Privileged, decode, crate = crate)]
pub trait Blocks {
    /// Lists the first blocks.
    #[endpoint(ListBlocks)]
    #[doc(alias = "getList")]
    async fn list(&self, blocks: &ListBlocks) -> Vec<Block>;

    /// Reads a block. `None` if there is no such block.
    #[get("/{block_id}", auth = Anyone)]
    #[doc(alias = "getBlock")]
    async fn get(&self, block_id: &BlockId) -> Option<Block>;

    /// Creates a block.
    #[post]
    async fn create(&self, #[serde(flatten)] block: &NewBlock) -> Block;

    /// Changes a block.
    #[put("/{block_id}")]
    async fn update(&self, block_id: &BlockId, #[serde(flatten)] changes: &BlockChanges) -> Block;

    /// Deletes a block.
    #[delete("/{block_id}")]
    #[doc(alias = "remove")]
    async fn delete(&self, block_id: &BlockId) -> Deletion;
}
