//! Blueprints, entities, charts and components.

use qelos_client::api::{
    BlueprintsCreate, BlueprintsDelete, BlueprintsExtend, BlueprintsGet, BlueprintsList, BlueprintsUpdate, ChartFilter,
    ChartsChart, ChartsCount, ChartsPie, ComponentsCreate, ComponentsCreateOrUpdate, ComponentsDelete, ComponentsGet,
    ComponentsList, ComponentsUpdate, CreateEntity, DeleteAllEntities, DeleteEntity, EntityQuery, GetEntity,
    GetStaticFile, ListEntities, ListStaticComponents, SearchBlueprints, SumProperty, UpdateEntity,
};
use qelos_client::wire::{BlueprintChanges, ComponentChanges, NewBlueprint, NewComponent};
use serde_json::{Value, json};

use super::{Samples, Visitor, any, id, strings};

pub(super) fn visit(samples: &mut Samples<'_, impl Visitor>) {
    blueprints(samples);
    reading(samples);
    writing(samples);
    charts(samples);
    components(samples);
}

fn blueprints(samples: &mut Samples<'_, impl Visitor>) {
    let blueprint = |key: &str| key.to_owned();
    samples.same("blueprints.getList()", &BlueprintsList {});
    samples.same("manageBlueprints.getList()", &BlueprintsList {});
    let mut search = SearchBlueprints::default();
    search.name = Some("ca".to_owned());
    search.identifiers = strings(["car", "brand"]);
    samples.only_here(&search);
    samples.same("blueprints.getBlueprint(key)", &BlueprintsGet { blueprint: blueprint("car") });
    samples.same("manageBlueprints.getBlueprint(key)", &BlueprintsGet { blueprint: blueprint("k") });
    let mut new = NewBlueprint::new("car", "Car");
    new.other = any();
    samples.with(
        "manageBlueprints.create(blueprint)",
        &["identifier", "name", "properties"],
        &BlueprintsCreate { blueprint: new },
    );
    let mut changes = BlueprintChanges::default();
    changes.other = any();
    let update = BlueprintsUpdate { blueprint: blueprint("k"), changes: changes.clone() };
    samples.same("manageBlueprints.update(key, changes)", &update);
    samples.only_here(&BlueprintsExtend { blueprint: blueprint("k"), additions: changes });
    samples.same("manageBlueprints.remove(key)", &BlueprintsDelete { blueprint: blueprint("k") });
}

fn reading(samples: &mut Samples<'_, impl Visitor>) {
    let mut get = GetEntity::<Value>::new("car", "c1");
    samples.same("entities(key).getEntity(id)", &get);
    samples.same("entities(key).findOne(id)", &get);
    get.query = EntityQuery::new().parameter("p", "q r").without_copies();
    samples.same("entities(key).getEntity(id, {query})", &get);
    samples.same("entities(key with a slash)", &GetEntity::<Value>::new("a/b", "c d"));

    let list = |query| ListEntities::<Value>::new("car", query);
    samples.same("entities(key).getList()", &list(EntityQuery::new()));
    samples.same("entities(key).find()", &list(EntityQuery::new()));
    let query = EntityQuery::new().newest_first().limit(5).page(2).populated();
    let query = query.equal("metadata.color", "red").at_least("price", 3).parameter("list", "a,b");
    let query = query.parameter("obj", "[object Object]").parameter("nothing", "undefined").parameter("nil", "null");
    samples.same("entities(key).getList(query)", &list(query));
    let red = || EntityQuery::new().equal("color", "red");
    let query = red().limit(3).parameter("$skip", "6").newest_first().parameter("$select", "name,price");
    samples.same("entities(key).where().limit().skip().sort().select().find()", &list(query));
    samples.same("entities(key).where().findOne()", &list(red().limit(1)));
}

fn writing(samples: &mut Samples<'_, impl Visitor>) {
    let mut create = CreateEntity::<Value, Value>::new("car", json!({"a": 1}));
    samples.same("entities(key).create(entity)", &create);
    let query = || EntityQuery::new().parameter("a", "b");
    create.query = query();
    samples.same("entities(key).create(entity, {query, headers})", &create);
    let update = UpdateEntity::<Value, Value>::new("car", "c1", json!({"a": 1}));
    samples.same("entities(key).update(id, changes)", &update);
    samples.same("entities(key).updateOne(id, changes)", &update);
    let mut delete = DeleteEntity::<Value>::new("car", "c1");
    samples.same("entities(key).remove(id)", &delete);
    samples.same("entities(key).deleteOne(id)", &delete);
    delete.query = query();
    samples.same("entities(key).remove(id, {query})", &delete);
    samples.only_here(&DeleteAllEntities::new("car"));
}

fn charts(samples: &mut Samples<'_, impl Visitor>) {
    let blueprint = || "car".to_owned();
    let count = |filter| ChartsCount { blueprint: blueprint(), filter };
    let x = || ChartFilter::new().parameter("x", "y");
    samples.same("blueprints.getCount(key, query)", &count(x()));
    samples.same("entities(key).count()", &count(ChartFilter::new()));
    samples.same("entities(key).count(query)", &count(ChartFilter::new().parameter("a", "1")));
    let sorted = ChartFilter::new().parameter("color", "red").parameter("$sort", "a");
    samples.same("entities(key).where().sort().count()", &count(sorted));

    let mut sum = SumProperty::new(blueprint(), "price");
    samples.same("blueprints.getSum(key, sum)", &sum);
    sum.filter = x();
    sum.group_by = Some("color".to_owned());
    samples.same("blueprints.getSum(key, sum, groupBy, query)", &sum);
    let (property, filter) = (|| "y".to_owned(), ChartFilter::new);
    let chart = ChartsChart { blueprint: blueprint(), kind: "bar".to_owned(), property: property(), filter: filter() };
    samples.same("blueprints.getChart(key, type, query)", &chart);
    let pie = ChartsPie { blueprint: blueprint(), property: property(), filter: filter() };
    samples.same("blueprints.getPieChart(key, query)", &pie);
}

fn components(samples: &mut Samples<'_, impl Visitor>) {
    let component_id = id("c");
    samples.only_here(&ListStaticComponents {});
    samples.only_here(&GetStaticFile::new("hero.1795631916000.js"));
    samples.same("components.getList()", &ComponentsList {});
    samples.same("components.getComponent(id)", &ComponentsGet { component_id });
    let required = ["identifier", "componentName", "content"];
    let mut component = NewComponent::new("hero", "Hero", "<template/>");
    component.other = any();
    samples.with("components.create(component)", &required, &ComponentsCreate { component: component.clone() });
    let mut changes = ComponentChanges::default();
    changes.other = any();
    samples.same("components.update(id, changes)", &ComponentsUpdate { component_id, changes });
    samples.same("components.remove(id)", &ComponentsDelete { component_id });
    let bulk = ComponentsCreateOrUpdate { components: vec![component] };
    samples.with("components.bulkCreateOrUpdate(list)", &required, &bulk);
}
