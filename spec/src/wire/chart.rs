//! Charts about entities.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

/// The number of entities.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EntityCount {
    /// The number.
    pub count: u64,
}

/// The sum of a property, and those of its groups.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Sum {
    /// The sum of all. Absent where there are no entities.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sum: Option<Number>,
    /// The sum of each group, where they were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<GroupSum>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The sum of one group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct GroupSum {
    /// The value that the entities of the group share.
    #[serde(default)]
    pub group: Value,
    /// The sum.
    pub sum: Number,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A chart with two axes, as Apache `ECharts` takes it: dates are grouped by day of the week (1 is Sunday), times by
/// hour.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Chart {
    /// The values of the property.
    #[serde(rename = "xAxis")]
    pub x_axis: ChartAxis,
    /// The numbers of entities, in the order of the axis.
    #[serde(default)]
    pub series: Vec<ChartSeries>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The values of a property. Entities without a value count as `null`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChartAxis {
    /// The values.
    #[serde(default)]
    pub data: Vec<Value>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Numbers of entities.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChartSeries {
    /// The numbers.
    #[serde(default)]
    pub data: Vec<u64>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A pie chart, as Apache `ECharts` takes it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PieChart {
    /// The pie.
    #[serde(default)]
    pub series: Vec<PieSeries>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A pie.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PieSeries {
    /// The title of the property.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The slices.
    #[serde(default)]
    pub data: Vec<PieSlice>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A slice of a pie.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PieSlice {
    /// The number of entities.
    pub value: u64,
    /// The value of the property; `Unknown` for entities without one.
    #[serde(default)]
    pub name: Value,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}
