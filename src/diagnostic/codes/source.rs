//! Findings about the text itself: reading, parsing, merging, shapes.

codes! {
    UNKNOWN_KEY = Error "unknown-key": "a key that nothing reads",
        "The key is not part of the language at this place. A misspelt key that is ignored in silence is the commonest way in which a setting is believed to be on and is off, so strata reads nothing that it does not know. The editor completes the right keys: `strata schema` prints the JSON Schema.",
        "design.md section 3; rancher/rke2#5612 shows the silent variant";
}
