//! Findings about Harbor and the registries behind it.

codes! {
    REGISTRY_NOT_PROXIED = Error "registry-not-proxied": "a registry that Harbor cannot proxy",
        "A proxy-cache project stands for one registry, reached by one of the types `docker-hub`, `docker-registry`, `github-ghcr`, `harbor`, `jfrog-artifactory`, `aws-ecr`, `azure-acr`, `google-gcr` and `ali-acr`. Harbor takes an endpoint of another type, such as `quay`, and then refuses the project (`unsupported registry type`); the type of an endpoint never changes. `docker-registry` speaks to every registry of images, quay.io among them. A project never stands for all registries, and `localhost` is Harbor itself to Harbor.",
        "goharbor/harbor src/server/v2.0/handler/project.go, PERMITTED_REGISTRY_TYPES_FOR_PROXY_CACHE (trap 119)";
    REGISTRY_TYPE = Error "registry-type": "a type that asks another registry",
        "Harbor's type `docker-hub` reads no address: it asks registry-1.docker.io whatever is written. Images of the registry that is meant would come from Docker Hub, by whoever has that name there.",
        "goharbor/harbor src/pkg/reg/adapter/dockerhub (facts/harbor.md section 2)";
    HARBOR_UPSTREAM_URL = Error "harbor-upstream-url": "a registry that Harbor would ask in the clear",
        "Harbor asks a registry by `https:` or, if told so, by `http:`; other schemes it refuses. Over `http:` anybody between the two decides what every node runs, and reads the account.",
        "goharbor/harbor src/server/v2.0/handler/registry.go (facts/harbor.md section 2)";
    DOCKER_HUB_ANONYMOUS = Warning "docker-hub-anonymous": "Docker Hub without an account",
        "Docker Hub counts pulls: without an account by address, some 100 in six hours, which Harbor shares with everybody behind the same one. When the limit is met, Harbor gets 429 and pulls fail, also of images that it has. With an account the limit is the account's own.",
        "goharbor/harbor#19899, #14803, https://docs.docker.com/docker-hub/usage (trap 67)";
    HARBOR_ACCOUNT_MISSING = Error "harbor-account-missing": "a type of registry that needs an account",
        "Harbor asks the registry when an endpoint is made or changed. Types of Amazon and Google get a token with the account first: without one the endpoint is always unhealthy, and Harbor stores nothing. Public images of gcr.io come without an account by the type `docker-registry`.",
        "goharbor/harbor src/pkg/reg/adapter/googlegcr, awsecr (trap 119)";
    HARBOR_QUOTA = Error "harbor-quota": "a quota that Harbor takes for another one, or refuses",
        "A project's quota is a number of bytes up to 1024 TiB, or none. 0 means the default of the whole Harbor. When a proxy's quota is used up pulls still work, and nothing is cached any more.",
        "goharbor/harbor src/server/v2.0/handler/project.go, quota.go (facts/harbor.md section 3)";
    HARBOR_RETENTION = Error "harbor-retention": "a retention that Harbor does not understand",
        "A proxy keeps what was pulled within a number of days. Harbor does not check the number: with 0 it keeps nothing, and with anything that is no positive number it takes 30. The rule runs each night; the space is free after Harbor's garbage collection.",
        "goharbor/harbor src/pkg/retention/policy/rule/dayspl (trap 120)";
    HARBOR_PROJECT_SHARED = Error "harbor-project-shared": "one project for two registries",
        "A proxy-cache project is made for one registry, which cannot change. Images of the second one would be looked for at the first, by the same name: who has that name there decides what nodes run.",
        "goharbor/harbor src/server/v2.0/handler/project.go (registry_id)";
    HARBOR_CREDENTIALS = Error "harbor-credentials-missing": "nobody to make proxies as",
        "With `manage: true` `apply` makes registries, projects and robots at Harbor. Only an administrator may make a proxy project, or a system robot that may make projects and registries; the secret of a robot is set by an administrator alone.",
        "goharbor/harbor src/server/v2.0/handler/project.go, robot.go (facts/harbor.md section 4)";
    HARBOR_ROBOT_MISSING = Error "harbor-robot-missing": "a private project without a robot",
        "Nodes pull from a private project as a robot. Without one each pull is answered with 401, and with `fallback: true` nodes go to the registry itself without a word.",
        "https://docs.rke2.io/install/private_registry (facts/harbor.md section 3)";
    HARBOR_ROBOT_UNNEEDED = Warning "harbor-robot-unneeded": "a robot without a private project",
        "Anybody may pull from a public project. A robot for it is a secret on every node that opens nothing; it has to be rotated all the same.",
        "goharbor/harbor docs, Create robot accounts (facts/harbor.md section 4)";
    UPSTREAM_UNUSED = Error "upstream-unused": "an account at a registry without a proxy",
        "`upstream` holds accounts at the registries of `proxies`, by the same name. One for another name is used by nobody: the registry that was meant is asked without an account.",
        "design.md section 3";
}
