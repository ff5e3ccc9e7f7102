//! Findings about the text itself: reading, parsing, merging, shapes.

codes! {
    UNREADABLE_FILE = Error "unreadable-file": "a file that cannot be read",
        "The file exists and the operating system refuses it, or a directory, a device or a socket stands where a file should. strata reads nothing around it: an environment that is half read would compile to a cluster that is half there. Correct the permissions or the path.",
        "design.md section 3";
    MISSING_FILE = Error "missing-file": "a file that does not exist",
        "The environment names a file, or extends one, that is not in the repository. Paths are relative to the file in which they are written, so a value inherited from `sites/cnaf.yaml` looks beside that file, not beside the environment.",
        "design.md section 3";
    OUTSIDE_REPOSITORY = Error "outside-repository": "a path that leaves the repository",
        "What is compiled must be what was reviewed: the same commit gives the same bytes on every machine. A file outside the repository, reached by `..`, by an absolute path or through a symbolic link, is in no commit. Copy it into the repository.",
        "design.md section 2, invariant 1";
    NOT_UTF8 = Error "not-utf8": "a file that is not UTF-8",
        "Environment files are UTF-8 text. Another encoding would be read as other characters than the author saw: a name or a path would differ in silence. Save the file as UTF-8; a byte-order mark is tolerated.",
        "YAML 1.2.2 section 5.2, https://yaml.org/spec/1.2.2/#52-character-encodings";
    TOO_LARGE = Error "too-large": "more than strata reads",
        "A file has a bound on its size, on the number of its values and on their nesting, far above any real environment. Past the bound it is a mistake (a binary, a loop in a generator) or an attack on the CI machine that compiles pull requests of strangers. Split what is really that large into tenant files.",
        "design.md section 1";
    CONTROL_CHARACTER = Error "control-character": "an invisible character in the text",
        "Control characters are forbidden in YAML, and characters that change the direction of the text make a reviewer see something else than the compiler reads (Trojan Source). Neither has a use in an environment. Remove it; inside a double-quoted text an escape shows it openly.",
        "CVE-2021-42574, https://trojansource.codes; YAML 1.2.2 section 5.1";
    SYNTAX = Error "yaml-syntax": "text that is not YAML",
        "The reader stopped where the text ceases to be YAML; the cause is at that place or shortly before it. Only the first such place of a file is known, because everything behind it can only be guessed at. Editors with a YAML mode show the same place.",
        "YAML 1.2.2, https://yaml.org/spec/1.2.2/";
    TAB = Error "yaml-tab": "a tab in the indentation",
        "YAML forbids tabs in indentation, because their width differs between editors and the width is the meaning. Set the editor to insert two spaces for YAML files, and replace the tabs that are there.",
        "YAML 1.2.2 section 6.1, https://yaml.org/spec/1.2.2/#61-indentation-spaces";
    ALIAS = Error "yaml-alias": "an anchor, an alias or a merge key",
        "Aliases make one line change many places that a reviewer does not see, and nested aliases grow exponentially. strata has its own way to share: `extends` with files that several environments build on, in which every value keeps the file and line it came from.",
        "YAML 1.2.2 section 7.1; billion laughs, CVE-2019-11253";
    TAG = Error "yaml-tag": "a tag",
        "A tag such as `!!str` or `!vault` asks the reader to build another type. The type of each value follows from its key, so a tag can only contradict it. Remove it; quotes make a text of anything. Secrets are named under `secrets`, never written here.",
        "YAML 1.2.2 section 6.9.1";
    SEVERAL_DOCUMENTS = Error "several-documents": "more than one document in a file",
        "A line `---` begins another document. Tools that read only the first one would drop the rest in silence, so one file holds one document. Move the other to its own file.",
        "YAML 1.2.2 section 9.2";
    KEY_NOT_TEXT = Error "key-not-text": "a key that is not text",
        "YAML lets numbers, truth values, lists and mappings be keys. Heat, Kubernetes and Helm have text keys alone, and each turns `1.10:` or `yes:` into text in its own way. Quote the key, and it is what it looks like.",
        "YAML 1.2.2 section 10.3; kubernetes-sigs/yaml";
    DUPLICATE_KEY = Error "duplicate-key": "a key that stands twice",
        "Most readers take the last of two equal keys and say nothing, so half of an edit has no effect. Both places are shown: keep one. In a file that extends another the key may stand again, that is how a value is overridden.",
        "YAML 1.2.2 section 3.2.1.3";
    EMPTY_FILE = Error "empty-file": "a file without content",
        "The file holds nothing, or only comments. An environment begins with `apiVersion`, `kind` and `name`; a tenant file with `name`. A shared file that is not needed any more should leave the list under `extends`.",
        "design.md section 3";
    NO_MAPPING = Error "no-mapping": "a file that is not a mapping",
        "An environment, a file that it extends and a tenant file are mappings of keys to values. A list or a single text at the top has no meaning here. The commonest causes are a missing space behind a colon (`name:dare`) and a dash before the first key.",
        "design.md section 3";
    UNKNOWN_KEY = Error "unknown-key": "a key that nothing reads",
        "The key is not part of the language at this place. A misspelt key that is ignored in silence is the commonest way in which a setting is believed to be on and is off, so strata reads nothing that it does not know. The editor completes the right keys: `strata schema` prints the JSON Schema.",
        "design.md section 3; rancher/rke2#5612 shows the silent variant";
    MISSING_KEY = Error "missing-key": "a key that must be there",
        "The mapping lacks a key that has no safe default. It may stand in this file or in one that it extends; `name` alone is never inherited, so that no environment acts on another one's cluster by accident.",
        "design.md section 3";
    EMPTY_VALUE = Error "empty-value": "a key with nothing behind it",
        "A key without a value reads as if a feature were on, and YAML says that it is `null`, which is off. Often the lines below it have lost their indentation. Write `{}` to have it with its defaults, `null` to do without it (also without an inherited one), or remove the key.",
        "design.md section 3: no key that means two things";
    WRONG_TYPE = Error "wrong-type": "a value of the wrong type",
        "The value is a number where a text is wanted, a text where a list is wanted, and so on. strata converts nothing by itself: `1.10` as a number is 1.1, and a version that loses its zero is another version. Quotes make a text of anything; without quotes numbers and `true` are what they look like.",
        "YAML 1.2.2 section 10.3, https://yaml.org/spec/1.2.2/#103-core-schema";
    INVALID_VALUE = Error "invalid-value": "a value that does not mean anything",
        "The value has the right type and cannot be read as what its key stands for: a network, a duration, a size, a name. Units are always written: `100Gi`, `15m`. `strata schema` shows the pattern and an example of each type.",
        "design.md section 3";
    UNKNOWN_CHOICE = Error "unknown-choice": "a word that is none of the choices",
        "The key takes one of a few words, and capital letters count, because the words are those of OpenStack and Kubernetes. The finding lists them.",
        "design.md section 3";
    AMBIGUOUS_VALUE = Error "ambiguous-value": "a value that readers disagree about",
        "YAML 1.1 readers (PyYAML in Heat and cloud-init, Helm's Go reader) take `yes`, `on` and `no` for truth values and `0644` for an octal number; YAML 1.2 readers see words and six hundred and forty-four. Values that are passed on as they are must mean one thing to all. Write `true`, `false`, a plain decimal number, or quotes.",
        "YAML 1.1 type repository, https://yaml.org/type/bool.html";
    DUPLICATE_NAME = Error "duplicate-name": "two items with one name",
        "Items of this list are known by their name: overriding, node names, addresses and stacks follow from it. Two items with one name would overwrite each other. Rename one, or remove it. A tenant may stand in the environment or in its own file, not in both.",
        "design.md section 2, invariants 5 and 9";
    EXTENDS_CYCLE = Error "extends-cycle": "files that extend each other in a circle",
        "A file extends another that, directly or through others, extends it again, so no order exists in which they could be merged. Move what both need into a third file that extends neither.",
        "design.md section 3";
    TENANT_FILE_NAME = Error "tenant-file-name": "a file under tenants/ that is not read",
        "Every file `tenants/NAME.yaml` of an environment is one tenant. A file with another ending would be ignored in silence, and its team would wait for a namespace that never comes. Rename it to end in `.yaml`, or move it elsewhere.",
        "design.md section 3";
    MORE_FINDINGS = Error "more-findings": "findings that are not shown",
        "strata shows the first hundred findings about the shape of an environment, and no more: behind that number there is one mistake made many times, such as a list of another kind, or a file that was not meant for strata. Correct what is shown and check again.",
        "design.md section 3";
}
