//! Charts about the entities of a blueprint.

use crate::api::ChartFilter;
use crate::auth::SignedIn;
use crate::resource;
use crate::wire::{Chart, EntityCount, PieChart, Sum};

/// Charts about the entities of a blueprint, for users who may read them.
///
/// # Errors
///
/// A property that does not exist is a 400. Of a property of the type `file` the server makes no chart, and the gateway
/// responds with 504.
#[resource(path = "/api/blueprints", auth = SignedIn, decode, crate = crate)]
pub trait Charts {
    /// Counts the entities.
    #[get("/{blueprint}/charts/count")]
    #[doc(alias = "getCount")]
    async fn count(&self, blueprint: &str, #[serde(flatten)] filter: &ChartFilter) -> EntityCount;

    /// Sums up a property of the type `number`, also for each value of another property.
    #[get("/{blueprint}/charts/sum")]
    #[doc(alias = "getSum")]
    async fn sum(
        &self,
        blueprint: &str,
        #[serde(flatten)] filter: &ChartFilter,
        #[serde(rename = "sum")] property: &str,
        #[serde(rename = "groupBy")] group_by: Option<&str>,
    ) -> Sum;

    /// Counts the entities for each value of a property, as a pie.
    #[get("/{blueprint}/charts/pie")]
    #[doc(alias = "getPieChart")]
    async fn pie(
        &self,
        blueprint: &str,
        #[serde(rename = "x")] property: &str,
        #[serde(flatten)] filter: &ChartFilter,
    ) -> PieChart;

    /// Counts the entities for each value of a property, as a chart with axes: `bar`, `line`.
    #[get("/{blueprint}/charts/{kind}")]
    #[doc(alias = "getChart")]
    async fn chart(
        &self,
        blueprint: &str,
        kind: &str,
        #[serde(rename = "x")] property: &str,
        #[serde(flatten)] filter: &ChartFilter,
    ) -> Chart;
}
