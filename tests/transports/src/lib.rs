//! Nothing. The tests are the package, and cargo wants a library or a program in each.
