//! Events that the server has logged, and new ones.

use crate::auth::Privileged;
use crate::id::{EventId, UserId, WorkspaceId};
use crate::wire::{EventCount, EventFilters, LoggedEvent, LoggedEvents, NewEvent};
use crate::{DecodeRequest, Endpoint, resource};

/// Lists the events of the last week, or of another time, newest first: a page of 50, or of at most 100.
///
/// `GET /api/events`.
///
/// ```
/// use qelos_spec::Endpoint;
/// use qelos_spec::api::ListEvents;
///
/// let mut list = ListEvents::default();
/// list.event_name = Some("paid".to_owned());
/// assert_eq!(list.encode()?.target(), "/api/events?eventName=paid");
/// # Ok::<(), qelos_spec::EncodeError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/events", response = LoggedEvents, auth = Privileged, pages(number = page, items = events: LoggedEvent))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ListEvents {
    /// The page. The first one is 0.
    #[serde(default, skip_serializing_if = "is_first")]
    pub page: u32,
    /// The number of events of a page.
    pub limit: Option<u32>,
    /// What they are about.
    pub kind: Option<String>,
    /// What has happened.
    pub event_name: Option<String>,
    /// The part of the system that they come from.
    pub source: Option<String>,
    /// The user who caused them.
    pub user: Option<UserId>,
    /// The workspace that the user was in.
    pub workspace: Option<WorkspaceId>,
    /// A text in them.
    pub search: Option<String>,
    /// The time: `last-day`, `last-week`, `last-month`, `last-year` or `all-time`. To the server, another word is
    /// `last-week`.
    pub period: Option<String>,
    /// The first moment, in place of the period: an ISO 8601 date.
    pub from: Option<String>,
    /// The last moment, in place of the period.
    pub to: Option<String>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_first(page: &u32) -> bool {
    *page == 0
}

/// Counts events: all of them, or those with these values. The server keeps a count for five minutes.
///
/// `GET /api/events/count`.
///
/// ```
/// use qelos_spec::Endpoint;
/// use qelos_spec::api::CountEvents;
///
/// let mut count = CountEvents::default();
/// count.kind = Some("orders".to_owned());
/// assert_eq!(count.encode()?.target(), "/api/events/count?kind=orders");
/// # Ok::<(), qelos_spec::EncodeError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/events/count", response = EventCount, auth = Privileged)]
#[non_exhaustive]
pub struct CountEvents {
    /// What they are about, a word of the program that logs them.
    pub kind: Option<String>,
}

/// The events that the server has logged, for administrators. Plugins may log events.
///
/// # Errors
///
/// The server refuses a guest and a user without the role with 401 and an empty body.
#[resource(path = "/api/events", auth = Privileged, decode, crate = crate)]
#[doc(alias = "events")]
pub trait EventLog {
    /// Lists a page of events.
    #[endpoint(ListEvents)]
    #[doc(alias = "getList")]
    async fn list(&self, events: &ListEvents) -> LoggedEvents;

    /// Reads an event. `None` if there is no such event.
    #[get("/{event_id}")]
    #[doc(alias = "getEvent")]
    async fn get(&self, event_id: &EventId) -> Option<LoggedEvent>;

    /// Logs an event. The server responds before it looks at it, and drops one that is not complete.
    #[post]
    async fn dispatch(&self, #[serde(flatten)] event: &NewEvent);

    /// Counts events. The server keeps a count for five minutes.
    #[endpoint(CountEvents)]
    async fn count(&self, events: &CountEvents) -> EventCount;

    /// Lists the words that occur in the events. The server keeps the list for five minutes.
    #[get("/filter-options")]
    async fn filters(&self) -> EventFilters;
}
