//! Room 1 from outside: text in, typed values or findings out.

mod decode;
mod help;

mod hostile;
mod load;
mod merge;
mod misspelt;
mod yaml;
