//! Findings about what Argo CD delivers: Applications, their order, Argo CD itself.

codes! {
    COMPONENT_NAME_TAKEN = Error "component-name-taken": "two Applications of the platform with one name",
        "Each component of the platform is an Application of its name in the namespace `argocd`, with a folder of its own; the names of components that are not enabled today are kept for the day on which they are. Two with one name are one to Argo CD: it would replace what the first one brought by what the second one brings.",
        "https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#applications";
    DEPENDENCY_CYCLE = Error "dependency-cycle": "components that wait for each other",
        "Argo CD syncs a component when all those are Synced and Healthy that it comes after. Where A waits for B and B for A, neither is ever begun, and what waits for them stands still too.",
        "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/ (trap 73)";
    METRICS_UNFIT = Error "metrics-extension-unfit": "a metrics extension that Argo CD cannot load",
        "The extension's last release, 1.0.3, is built for React 16. Argo CD 3.5 brings React 19, and its interface then says `failed to load: TypeError` instead of showing graphs. 3.4 is the last one with which it works. Metrics themselves are collected in both, and Grafana shows them.",
        "https://github.com/argoproj-labs/argocd-extension-metrics, argo-cd docs/operator-manual/upgrading/3.4-3.5";
    METRICS_WITHOUT_MONITORING = Error "metrics-without-monitoring": "graphs of metrics that nobody collects",
        "The metrics extension draws what Prometheus holds, and asks it by its address in the cluster. Without `monitoring` there is no Prometheus, and each graph would show an error.",
        "https://github.com/argoproj-labs/argocd-extension-metrics";
    REPOSITORY_LOGIN = Error "repository-login": "a repository that Argo CD cannot log in to",
        "By `https` Argo CD sends an account and a password or token, by `ssh` it proves itself by a private key, for the account that stands in the address. A login inside of an `https` address is shown to everybody who may see the Application, and Argo CD finds no Secret for it.",
        "https://argo-cd.readthedocs.io/en/stable/user-guide/private-repositories/";
    TERMINAL_WITHOUT_ADMINISTRATORS = Warning "terminal-without-administrators": "a terminal that nobody may use",
        "The terminal opens a shell in a pod, so only administrators get it. Without a group among them it is a switch that opens nothing, until somebody is given the role by hand.",
        "https://argo-cd.readthedocs.io/en/stable/operator-manual/web_based_terminal/";
}
