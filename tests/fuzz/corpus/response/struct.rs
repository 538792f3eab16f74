// A struct without fields, and statuses of its own.
#[response(204, 2xx)] struct Done;
