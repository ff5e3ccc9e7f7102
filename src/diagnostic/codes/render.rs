//! Findings about templates and about writing the tree.

codes! {
    TEMPLATE_SYNTAX = Error "template-syntax": "a template that does not parse",
        "A file in `templates/` overrides a template of the binary, and minijinja cannot read it. The default stays available: remove the file, or start again from the copy that `strata` embeds.",
        "minijinja syntax documentation, https://docs.rs/minijinja/latest/minijinja/syntax/";
}
