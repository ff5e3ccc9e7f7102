//! Room 1 from outside: text in, typed values or findings out.

mod decode;
mod diagnostics;
mod hostile;
mod load;
mod merge;
mod sample;
mod yaml;
