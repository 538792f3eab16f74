//! The reqwest transport over real sockets: the servers that it calls, the servers that it does not call, and the
//! outcome of a call when the network or the server fails.

mod certificates;
mod configured;
mod faults;
mod origins;
mod runtimes;
mod server;
mod tls;
