//! How findings are shown: text as rustc draws it, or one JSON object a line.
