//! Findings about objects that Argo CD applies, and about the images that they name.

codes! {
    OBJECT_INCOMPLETE = Error "object-incomplete": "something that is no object of Kubernetes",
        "A folder of `platform.extra` is one Application. Argo CD reads every YAML file in it, and stops at the first document without `apiVersion`, `kind` or `metadata.name`: nothing of the folder is applied then. Values of charts, pipelines and other YAML belong elsewhere. A name that the API server makes (`generateName`) would be another object at each sync.",
        "https://argo-cd.readthedocs.io/en/stable/user-guide/directory/";
    SECRET_IN_MANIFEST = Error "secret-in-manifest": "values of a Secret in Git",
        "What is committed is read by everybody who reads the repository, today and from its history; base64 hides nothing. Count the values as known to others. A Secret comes into the cluster by an operator that fetches it, sealed for the cluster alone, or by hand; in Git stands a reference.",
        "https://argo-cd.readthedocs.io/en/stable/operator-manual/secret-management/ (trap 61)";
    OBJECT_OUTSIDE = Error "object-outside-namespace": "an object outside of the namespace that was declared",
        "The project `extra` in Argo CD lets an Application deploy to the namespaces that `platform.extra` declares. An object that names another one is refused at the sync (`namespace … is not permitted in project`), and the Application stays OutOfSync; in the namespace of a component or a tenant it would change what they own.",
        "https://argo-cd.readthedocs.io/en/stable/user-guide/projects/";
    OBJECT_TOO_LARGE = Error "object-too-large": "an object that cannot be applied",
        "Argo CD applies as `kubectl apply` does: the whole object goes into an annotation of itself, and annotations together have at most 262,144 bytes. Large CRDs and dashboards are refused with `metadata.annotations: Too long`. With `ServerSideApply=true` on the object the API server keeps track instead. Set it on the object, not on the whole Application: waves and hooks suffer from that.",
        "argoproj/argo-cd#8128, https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#server-side-apply (traps 70 and 71)";
    OBJECT_TWICE = Error "object-twice": "one object in two places",
        "Two Applications that bring one object take it from each other at every sync, and it has what the last one wrote: a change comes and goes without anybody's doing. With `FailOnSharedResource` the later one fails. In one Application the second document silently replaces the first.",
        "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#fail-the-sync-if-a-shared-resource-is-found";
    NODE_PORT_TAKEN = Error "node-port-taken": "two Services on one port of nodes",
        "A port of nodes belongs to one Service of the whole cluster. The API server refuses the second one (`provided port is already allocated`), and which one is second depends on the order of the sync.",
        "https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport";
    IMAGE_UNMIRRORED = Warning "image-unmirrored": "an image that does not come through Harbor",
        "With a Harbor nodes pull through its proxies, so that a registry that is down, slow or limited stops nothing, and what runs is what was seen before. A registry without a proxy is asked directly, by every node, where the network lets it. Give it a project.",
        "https://docs.rke2.io/install/private_registry (traps 66 and 67)";
    IMAGE_UNREACHABLE = Error "image-unreachable": "an image that nodes cannot get",
        "With `fallback: false`, or behind an air gap, nodes ask Harbor and nobody else. An image of a registry without a proxy is pulled by no node: its pods stay in ImagePullBackOff, and where it belongs to storage, policies or upgrades, so does what waits for them.",
        "https://docs.rke2.io/install/private_registry (traps 63 and 66)";
    IMAGE_MOVING = Warning "image-moving": "an image that is another one tomorrow",
        "Without a tag, or with `latest`, a node takes what the name stands for when it pulls. Two nodes run two programs, a restart changes the version, and going back in Git goes nowhere. Write the version or the digest.",
        "https://kubernetes.io/docs/concepts/containers/images/#image-names";
}
