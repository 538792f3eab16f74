//! Doubles for tests and demos: what stands in for the world around a client.
//!
//! * [`ManualClock`] is a clock that a test sets by hand, so that a token can expire without anybody waiting.

mod clock;

pub use clock::ManualClock;
