//! GitHub: media types and a version in headers, repositories with places of their own.
//!
//! <https://docs.github.com/en/rest>

mod gists;
mod repositories;

/// The headers that the documentation shows with each request.
fn with_headers(request: &str) -> String {
    let (first, rest) = request.split_once('\n').unwrap_or((request, ""));
    format!("{first}\nAccept: application/vnd.github+json\nX-GitHub-Api-Version: 2022-11-28\n{rest}")
}
