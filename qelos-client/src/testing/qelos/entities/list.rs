//! Lists of entities: filters, order, pages and what is added to each entity.

use http::StatusCode;
use serde_json::{Map, Value};

use super::super::call::Call;
use super::super::mount::Caller;
use super::super::response::{self, Refused};
use super::super::state::{BlueprintRecord, EntityRecord, Operation, State};
use super::filter::{Filter, NoFilter};
use super::found::{Outcome, blueprint, failed, within};
use super::javascript;
use super::matching::{order, values_at};
use super::parameters;
use super::permissions::{NoScope, permitted};
use super::related;
use super::shown::{self, Form};

/// The entities of a page where no other number was asked for.
const OF_A_PAGE: usize = 1000;

/// The parameters that are no filters.
const NO_FILTERS: [&str; 9] =
    ["$outerPopulate", "$populate", "$sort", "$limit", "$page", "$flat", "$q", "$qProps", "bypassAdmin"];

/// `GET /`.
pub(super) fn list(state: &mut State, caller: &Caller, call: &Call<'_>) -> Outcome {
    let blueprint = blueprint(state, call)?;
    let permitted = permitted(&blueprint, Operation::Read, caller, call)?;
    let reach = permitted.reach(&blueprint, caller).map_err(NoScope::refusal)?;
    let form = Form::asked(call);
    let filter = filter(&blueprint, call).map_err(|failure| match failure {
        NoFilter::Broken => failed("entities"),
        NoFilter::Unsupported(what) => response::unsupported(&what),
    })?;
    let found = within(state, &blueprint, reach).map(|entity| (entity, entity.document()));
    let mut found: Vec<_> = found.filter(|(_, document)| filter.holds(document)).collect();
    sort(&mut found, &call.query("$sort").filter(|sort| !sort.is_empty()).unwrap_or("created".into()));
    let populates = call.query("$populate").is_some_and(|populate| !populate.is_empty());
    let page = page(call)?;
    let shown = found.into_iter().skip(page.0).take(page.1).map(|(entity, _)| {
        let mut shown = shown::fields(entity, permitted);
        shown.remove("__v");
        // Unlike in a single entity, the copies are made before anything is populated.
        form.apply(&mut shown);
        if populates {
            shown::populate_owners(state, &mut shown);
            shown::populate_relations(state, &blueprint, reach, &mut shown, || None);
        }
        shown
    });
    let mut shown: Vec<Map<String, Value>> = shown.collect();
    let related = parameters::read(call.query).remove("$outerPopulate").filter(javascript::is_truthy);
    for wanted in related.map(|related| related::wanted(&related)).transpose()?.into_iter().flatten() {
        related::add(state, &blueprint, (caller, call), &wanted, &mut shown)?;
    }
    Ok(form.mark(response::json(StatusCode::OK, &shown)))
}

fn filter(blueprint: &BlueprintRecord, call: &Call<'_>) -> Result<Filter, NoFilter> {
    let mut parameters = parameters::read(call.query);
    let text = parameters.get("$q").cloned().filter(javascript::is_truthy);
    let properties = parameters.get("$qProps").cloned();
    parameters.retain(|name, _| !NO_FILTERS.contains(&name.as_str()));
    // The blueprint of the path counts.
    parameters.retain(|name, _| !["tenant", "blueprint"].contains(&name.as_str()));
    let mut filter = Filter::of_list(parameters, blueprint)?;
    match (text, properties) {
        (None, _) => {}
        (Some(Value::String(text)), Some(Value::String(properties))) => {
            filter.and_contains(properties.split(','), &text)?;
        }
        (Some(Value::String(text)), None) => {
            let required = blueprint.properties.iter();
            let required = required.filter(|(_, property)| property.kind == "string" && property.required);
            filter.and_contains(required.map(|(name, _)| name).take(3), &text)?;
        }
        _ => return Err(NoFilter::Broken),
    }
    Ok(filter)
}

/// Sorts by several keys that are separated by blanks; a minus sign turns the order of one around. Entities that are
/// equal stay in the order of their creation.
fn sort(found: &mut [(&EntityRecord, Map<String, Value>)], keys: &str) {
    found.sort_by(|(_, one), (_, other)| {
        let mut orders = keys.split_whitespace().map(|key| match key.strip_prefix('-') {
            Some(key) => order(greatest(other, key), greatest(one, key)),
            None => order(least(one, key), least(other, key)),
        });
        orders.find(|order| order.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
    });
}

/// The value that decides about the place of a document, which of a list is the smallest item.
fn least<'d>(document: &'d Map<String, Value>, path: &str) -> Option<&'d Value> {
    items(document, path).min_by(|one, other| order(Some(one), Some(other)))
}

fn greatest<'d>(document: &'d Map<String, Value>, path: &str) -> Option<&'d Value> {
    items(document, path).max_by(|one, other| order(Some(one), Some(other)))
}

fn items<'d>(document: &'d Map<String, Value>, path: &str) -> impl Iterator<Item = &'d Value> {
    values_at(document, path).into_iter().filter(|value| !value.is_array())
}

/// How many entities are left out before, and how many there are at most.
fn page(call: &Call<'_>) -> Result<(usize, usize), Refused> {
    let number = |name: &str| {
        let text = call.query(name).filter(|text| !text.is_empty())?;
        Some(javascript::integer(&text).filter(|number| *number != 0.0))
    };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "negative numbers are taken out before")]
    let positive = |number: Option<f64>, otherwise: usize| match number {
        Some(number) if number < 0.0 => Err(response::unsupported("negative numbers of entities and pages")),
        Some(number) => Ok(number as usize),
        None => Ok(otherwise),
    };
    let limit = number("$limit").map(|limit| positive(limit, OF_A_PAGE)).transpose()?;
    let page = number("$page").map(|page| positive(page, 1)).transpose()?;
    let skipped = page.map_or(0, |page| (page - 1).saturating_mul(limit.unwrap_or(OF_A_PAGE)));
    Ok((skipped, limit.unwrap_or(if page.is_some() { OF_A_PAGE } else { usize::MAX })))
}
