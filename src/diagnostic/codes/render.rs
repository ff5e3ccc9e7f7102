//! Findings about templates and about writing the tree.

codes! {
    TEMPLATE_SYNTAX = Error "template-syntax": "a template that does not parse",
        "A file in `templates/` overrides a template of the binary, and minijinja cannot read it. The default stays available: remove the file, or start again from the copy that `strata` embeds.",
        "minijinja syntax documentation, https://docs.rs/minijinja/latest/minijinja/syntax/";
    TEMPLATE_FAILURE = Error "template-failure": "a template that fails while it is filled",
        "The template asks for a value that the back end does not give, or does something with a value that minijinja does not do. Undefined values are errors, because an empty string in their place would be a valid file with a hole in it. In an overriding template, compare with the copy that `strata` embeds: the values that a back end gives may change from version to version. In a template of the binary it is a defect of strata.",
        "minijinja `UndefinedBehavior::Strict`, https://docs.rs/minijinja/latest/minijinja/enum.UndefinedBehavior.html";
    TEMPLATE_YAML = Error "template-yaml": "a template whose text is no YAML",
        "With its loops and conditions carried out, the text of the template has to be YAML: strata reads it, puts the values in, and writes the document again. Anchors, aliases and merge keys are refused, a key may stand once in a mapping, and the indentation inside `{% for %}` and `{% if %}` counts.",
        "YAML 1.2.2, https://yaml.org/spec/1.2.2/";
    VALUE_INSIDE_TEXT = Error "value-inside-text": "a value inside a larger scalar",
        "A value takes the place of a whole YAML scalar and keeps its type, so that no value can ever change the structure of a document. Inside a larger scalar, `name: prefix-{{ name }}`, it cannot stand. Make one value in the expression: `name: {{ 'prefix-' ~ name }}`. A text of several lines is its own plain template: `data: {{ text('nodes/script.sh.j2') }}`.",
        "CWE-74, https://cwe.mitre.org/data/definitions/74.html";
    UNKNOWN_TEMPLATE = Warning "unknown-template": "an overriding template that overrides nothing",
        "Files below `templates/` replace the template of the same name in the binary. This one has no such counterpart, so nothing uses it unless another overriding template includes it. A misspelt name would otherwise be an override that is believed to be there.",
        "design.md section 2";
    OUTPUT_PATH = Error "output-path": "an output path that cannot be written",
        "An output path is written once, is relative, and stays inside of its folder. Anything else is a defect of strata, never of an environment.",
        "design.md section 2, invariant 5";
    TREE_READ = Error "tree-read": "generated files that cannot be read",
        "strata compares what it made with what is on disk, and something there cannot be read. Nothing was changed.",
        "the operating system's own message stands in the finding";
    TREE_WRITE = Error "tree-write": "generated files that cannot be written",
        "The folder of generated files belongs to strata alone: a symbolic link or somebody's file where a folder has to be, a full disk or a missing permission stop it. Each file has either its old or its new content; run the same command again once the cause is gone.",
        "the operating system's own message stands in the finding";
}
