//! Plugins, integrations and their sources, lambdas and events.

use qelos_client::api::{
    CountEvents, EventLogDispatch, EventLogFilters, EventLogGet, IntegrationSourcesCheck, IntegrationSourcesCheckDraft,
    IntegrationSourcesCreate, IntegrationSourcesDelete, IntegrationSourcesGet, IntegrationSourcesUpdate,
    IntegrationsCreate, IntegrationsDelete, IntegrationsGet, IntegrationsUpdate, LambdaFunctionsCreate,
    LambdaFunctionsDelete, LambdaFunctionsExecute, LambdaFunctionsGet, LambdaFunctionsList, LambdaFunctionsUpdate,
    LambdasDelete, LambdasGet, LambdasPatch, LambdasPost, LambdasPut, ListEvents, ListIntegrations, ListSources,
    PluginsCreate, PluginsDelete, PluginsGet, PluginsList, PluginsUpdate,
};
use qelos_client::wire::{
    IntegrationChanges, IntegrationStep, LambdaFunction, NewEvent, NewIntegration, NewSource, PluginSettings,
    SourceChanges, SourceCheck, SourceDraft, SourceKind,
};
use serde_json::{Map, Value, json};

use super::{Samples, Visitor, any, id};

pub(super) fn visit(samples: &mut Samples<'_, impl Visitor>) {
    plugins(samples);
    integrations(samples);
    sources(samples);
    lambdas(samples);
    functions(samples);
    events(samples);
}

fn plugins(samples: &mut Samples<'_, impl Visitor>) {
    let plugin_id = id("p");
    let mut settings = PluginSettings::default();
    settings.other = any();
    samples.same("managePlugins.getList()", &PluginsList {});
    samples.same("managePlugins.getById(id)", &PluginsGet { plugin_id });
    samples.same("managePlugins.create(plugin)", &PluginsCreate { settings: settings.clone() });
    samples.same("managePlugins.update(id, changes)", &PluginsUpdate { plugin_id, changes: settings });
    samples.same("managePlugins.remove(id)", &PluginsDelete { plugin_id });
}

fn integrations(samples: &mut Samples<'_, impl Visitor>) {
    let integration_id = id("s");
    samples.same("integrations.getList()", &ListIntegrations::default());
    let mut list = ListIntegrations::default();
    list.trigger_source = Some(id("a"));
    list.active = Some(false);
    samples.same("integrations.getList(query)", &list);
    samples.same("integrations.getIntegration(id)", &IntegrationsGet { integration_id });
    let step = || IntegrationStep::new(id("s"), "apiWebhook", Map::new());
    let mut integration = NewIntegration::new(step(), step());
    integration.active = Some(true);
    samples.with(
        "integrations.create(integration)",
        &["source", "operation", "details"],
        &IntegrationsCreate { integration },
    );
    let mut changes = IntegrationChanges::default();
    changes.other = any();
    samples.same("integrations.update(id, changes)", &IntegrationsUpdate { integration_id, changes });
    samples.same("integrations.remove(id)", &IntegrationsDelete { integration_id });
}

fn sources(samples: &mut Samples<'_, impl Visitor>) {
    let source_id = id("s");
    samples.same("integrationSources.getList()", &ListSources::default());
    let mut list = ListSources::default();
    list.kind = Some(SourceKind::Other("k".to_owned()));
    samples.same("integrationSources.getList({kind})", &list);
    let get = IntegrationSourcesGet { source_id };
    samples.same("integrationSources.getIntegrationSource(id)", &get);
    samples.same("integrationSources.getIntegrationSource(id, {query})", &get);
    let mut source = NewSource::new("n", SourceKind::Http, Map::new());
    source.other = any();
    samples.with(
        "integrationSources.create(source)",
        &["name", "kind", "metadata", "labels"],
        &IntegrationSourcesCreate { source },
    );
    let mut changes = SourceChanges::default();
    changes.other = any();
    samples.same("integrationSources.update(id, changes)", &IntegrationSourcesUpdate { source_id, changes });
    samples.same("integrationSources.remove(id)", &IntegrationSourcesDelete { source_id });
    let check = IntegrationSourcesCheck { source_id, settings: SourceCheck::default() };
    samples.same("integrationSources.checkStatus(id)", &check);
    let source = SourceDraft::new(SourceKind::Http, any());
    samples.same("integrationSources.checkDraftStatus(source)", &IntegrationSourcesCheckDraft { source });
}

fn lambdas(samples: &mut Samples<'_, impl Visitor>) {
    let integration_id = id("i");
    let body = || Some(json!({"a": 1}));
    samples.same("lambdas.execute(id)", &LambdasGet { integration_id });
    samples.same("lambdas.get(id)", &LambdasGet { integration_id });
    samples.only_here(&LambdasPatch { integration_id, body: body() });
    samples.same("lambdas.post(id, {body})", &LambdasPost { integration_id, body: body() });
    let text = Some(Value::from(r#"{"a":1}"#));
    samples.same("lambdas.post(id, {body: string})", &LambdasPost { integration_id, body: text });
    samples.same("lambdas.post(id, {headers})", &LambdasPost { integration_id, body: None });
    samples.same("lambdas.put(id, {body})", &LambdasPut { integration_id, body: body() });
    samples.same("lambdas.delete(id)", &LambdasDelete { integration_id, body: None });
}

fn functions(samples: &mut Samples<'_, impl Visitor>) {
    let (source_id, name) = (id("s"), || "f".to_owned());
    let function = || {
        let mut function = LambdaFunction::default();
        function.other = any();
        function
    };
    samples.same("manageLambdas.getList(source)", &LambdaFunctionsList { source_id });
    samples.same("manageLambdas.getLambda(source, name)", &LambdaFunctionsGet { source_id, name: name() });
    let create = LambdaFunctionsCreate { source_id, function: function() };
    samples.same("manageLambdas.create(source, data)", &create);
    let update = LambdaFunctionsUpdate { source_id, name: name(), changes: function() };
    samples.same("manageLambdas.update(source, name, data)", &update);
    samples.same("manageLambdas.remove(source, name)", &LambdaFunctionsDelete { source_id, name: name() });
    samples.only_here(&LambdaFunctionsExecute { source_id, name: name(), input: Some(json!({"a": 1})) });
}

fn events(samples: &mut Samples<'_, impl Visitor>) {
    let event_id = id("e");
    samples.same("events.getList()", &ListEvents::default());
    let text = |text: &str| Some(text.to_owned());
    let mut list = ListEvents::default();
    list.limit = Some(5);
    list.kind = text("k");
    list.event_name = text("e");
    list.source = text("s");
    list.user = Some(id("u"));
    list.workspace = Some(id("w"));
    list.search = text("a b");
    list.period = text("last-week");
    list.from = text("f");
    list.to = text("t");
    samples.same("events.getList(params)", &list);
    samples.same("events.getEvent(id)", &EventLogGet { event_id });
    let mut event = NewEvent::new("s", "k", "e");
    event.other = any();
    samples.with("events.dispatch(event)", &["source", "kind", "eventName"], &EventLogDispatch { event });
    let mut count = CountEvents::default();
    count.kind = text("orders");
    samples.only_here(&count);
    samples.only_here(&EventLogFilters {});
}
