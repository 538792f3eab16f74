//! Configurations, blocks and drafts.

use qelos_client::api::{
    BlocksCreate, BlocksDelete, BlocksGet, BlocksUpdate, ConfigurationsApp, ConfigurationsCreate, ConfigurationsDelete,
    ConfigurationsGet, ConfigurationsList, ConfigurationsUpdate, ConfigurationsUpdateApp, DraftsDelete, DraftsList,
    GetDraft, ListBlocks, SearchConfigurations, SetDraft,
};
use qelos_client::wire::{BlockChanges, ConfigurationChanges, ContentType, NewBlock, NewConfiguration};
use serde_json::json;

use super::{Samples, Visitor, any, id};

pub(super) fn visit(samples: &mut Samples<'_, impl Visitor>) {
    configurations(samples);
    blocks(samples);
    drafts(samples);
}

fn configurations(samples: &mut Samples<'_, impl Visitor>) {
    let key = || "k".to_owned();
    samples.same("appConfigurations.getAppConfiguration()", &ConfigurationsApp {});
    samples.same("appConfigurations.update(changes)", &ConfigurationsUpdateApp { metadata: any() });
    samples.same("manageConfigurations.getList(key)", &ConfigurationsList {});
    let mut search = SearchConfigurations::default();
    search.key = Some("^app".to_owned());
    search.public = Some(true);
    samples.only_here(&search);
    samples.same("manageConfigurations.getConfiguration(key)", &ConfigurationsGet { key: key() });
    let mut configuration = NewConfiguration::new("k", any());
    configuration.other = any();
    samples.with(
        "manageConfigurations.create(config)",
        &["key", "metadata", "public"],
        &ConfigurationsCreate { configuration },
    );
    let mut changes = ConfigurationChanges::default();
    changes.other = any();
    samples.same("manageConfigurations.update(key, changes)", &ConfigurationsUpdate { key: key(), changes });
    samples.same("manageConfigurations.remove(key)", &ConfigurationsDelete { key: key() });
}

fn blocks(samples: &mut Samples<'_, impl Visitor>) {
    let block_id = id("b1");
    samples.same("blocks.getList()", &ListBlocks::default());
    samples.same("blocks.getBlock(id)", &BlocksGet { block_id });
    let mut block = NewBlock::new("n", "c");
    block.content_type = Some(ContentType::Html);
    samples.same("blocks.create(block)", &BlocksCreate { block });
    let mut changes = BlockChanges::default();
    changes.name = Some("x".to_owned());
    samples.same("blocks.update(id, changes)", &BlocksUpdate { block_id, changes });
    samples.same("blocks.remove(id)", &BlocksDelete { block_id });
}

fn drafts(samples: &mut Samples<'_, impl Visitor>) {
    samples.only_here(&DraftsList {});
    samples.same("drafts.getList()", &GetDraft::default());
    let mut draft = GetDraft::default();
    draft.context_type = Some("t".to_owned());
    draft.context_id = Some("i j".to_owned());
    samples.same("drafts.getDraft(type, id)", &draft);
    let mut draft = SetDraft::new("t", json!({"a": 1}));
    draft.context_id = Some("i".to_owned());
    samples.same("drafts.setDraft(draft)", &draft);
    samples.same("drafts.remove(type, id)", &DraftsDelete { context_type: "t".to_owned(), context_id: "i".to_owned() });
}
