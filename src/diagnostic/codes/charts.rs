//! Findings about charts: which one, pinned or not, and values that it does not know.

codes! {
    CHART_UNPINNED = Warning "chart-unpinned": "a chart that nobody has pinned",
        "Argo CD takes a chart by its version, and a repository may give another archive under the same version tomorrow. `strata lock` records the archive's digest and the keys of its values in lock.yaml: the first tells `apply` that it is still the same, the second lets `check` find a misspelt value without a network.",
        "https://argo-cd.readthedocs.io/en/stable/user-guide/helm/";
    CHART_LOCK_OLD = Error "chart-lock-old": "another chart than the one that is pinned",
        "lock.yaml holds the digest and the values of one version from one repository. Another version may have renamed values, and Helm passes over what it does not know in silence: a limit or a replica count would be gone without a word. The pin is renewed together with the version, so that the review sees both.",
        "https://helm.sh/docs/chart_template_guide/values_files/ (trap 83)";
    CHART_UNUSED = Warning "chart-unused": "a choice of a chart that nobody uses",
        "The component is not part of this environment, so its chart is not installed and the values change nothing. Often the component was removed and this was forgotten, or it is expected and what would bring it is missing.",
        "design.md section 3";
    CHART_VALUE_UNKNOWN = Error "chart-value-unknown": "a value that the chart does not know",
        "Helm takes any key and uses those that the chart's templates ask for. A misspelt one has no effect, and nothing says so: the limit that it was to raise stays. The keys of each chart's own values.yaml are recorded in lock.yaml by `strata lock`; a mapping that is empty there, or that a template prints as it is, takes every key.",
        "https://helm.sh/docs/chart_best_practices/values/";
    CHART_VERSION = Error "chart-version": "a version that is a range",
        "A range such as `3.x` or `>=3.8` is resolved when Argo CD looks next: a new release would be installed without a commit, a review or a way back in Git. strata delivers exactly one version.",
        "https://argo-cd.readthedocs.io/en/stable/user-guide/tracking_strategies/#helm";
}
