//! Charts about the entities of a blueprint.

use crate::api::ChartFilter;
use crate::auth::SignedIn;
use crate::wire::{Chart, EntityCount, PieChart, Sum};
use crate::{DecodeRequest, Endpoint, resource};

/// Sums up a property of the entities of a blueprint, also for each value of another property.
///
/// `GET /api/blueprints/{blueprint}/charts/sum`.
///
/// ```
/// use qelos_spec::Endpoint;
/// use qelos_spec::api::SumProperty;
///
/// let mut sum = SumProperty::new("car", "price");
/// sum.group_by = Some("color".to_owned());
/// assert_eq!(sum.encode()?.target(), "/api/blueprints/car/charts/sum?sum=price&groupBy=color");
/// # Ok::<(), qelos_spec::EncodeError>(())
/// ```
///
/// # Errors
///
/// A property of another type than `number` is a 400.
#[derive(Debug, Clone, PartialEq, Eq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/blueprints/{blueprint}/charts/sum", response = Sum, auth = SignedIn)]
#[non_exhaustive]
pub struct SumProperty {
    /// The identifier of the blueprint.
    pub blueprint: String,
    /// The entities that count.
    #[serde(flatten)]
    pub filter: ChartFilter,
    /// The property that is summed up: one of the type `number`.
    #[serde(rename = "sum")]
    pub property: String,
    /// The property for each of whose values there is a sum.
    #[serde(rename = "groupBy")]
    pub group_by: Option<String>,
}

impl SumProperty {
    /// The sum of this property, of all entities that the caller may see.
    #[must_use]
    pub fn new(blueprint: impl Into<String>, property: impl Into<String>) -> Self {
        let (blueprint, property) = (blueprint.into(), property.into());
        Self { blueprint, filter: ChartFilter::new(), property, group_by: None }
    }
}

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
    #[endpoint(SumProperty)]
    #[doc(alias = "getSum")]
    async fn sum(&self, property: &SumProperty) -> Sum;

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
