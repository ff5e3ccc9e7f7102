# shellcheck shell=bash
# One right object of each kind that a platform repository holds, and what the
# API server must refuse.  Sourced by smoke, which defines valid and bad.
UNKNOWN='field not declared in schema|unknown field'
ENUM='Unsupported value'

# --- Kyverno -----------------------------------------------------------------
valid <<Y
apiVersion: policies.kyverno.io/v1
kind: ValidatingPolicy
metadata: {name: smoke}
spec:
  validationActions: [Deny]
  matchConstraints:
    resourceRules:
    - {apiGroups: [apps], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [deployments]}
  variables:
  - {name: replicas, expression: object.spec.replicas}
  validations:
  - {expression: variables.replicas > 1, message: at least two replicas}
Y
bad "unknown field" "$UNKNOWN" s/validationActions/validationAction/
bad "enum of failurePolicy" "$ENUM" 's/^spec:/spec:\n  failurePolicy: Perhaps/'

valid <<Y
apiVersion: policies.kyverno.io/v1
kind: MutatingPolicy
metadata: {name: smoke}
spec:
  evaluation: {mutateExisting: {enabled: true}}
  matchConstraints:
    resourceRules:
    - {apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [serviceaccounts], resourceNames: [default]}
  mutations:
  - patchType: ApplyConfiguration
    applyConfiguration: {expression: "Object{automountServiceAccountToken: false}"}
Y
bad "unknown field" "$UNKNOWN" s/mutateExisting/mutateexisting/
bad "no patchType" "patchType: Required" 's/patchType: ApplyConfiguration/jsonPatch: {expression: "[]"}/'

valid <<Y
apiVersion: policies.kyverno.io/v1
kind: GeneratingPolicy
metadata: {name: smoke}
spec:
  evaluation: {synchronize: {enabled: true}, generateExisting: {enabled: true}}
  matchConstraints:
    resourceRules:
    - {apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [namespaces]}
  variables:
  - {name: ns, expression: object.metadata.name}
  generate:
  - template:
      interpolate: cel
      value: |
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: default-deny, namespace: (( variables.ns ))}
        spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
Y
bad "CEL: template and expression" "exactly one of expression or template" 's/^  - template:/  - expression: "true"\n    template:/'
bad "enum of interpolate" "$ENUM" 's/interpolate: cel/interpolate: go/'

valid <<Y
apiVersion: policies.kyverno.io/v1
kind: ImageValidatingPolicy
metadata: {name: smoke}
spec:
  validationActions: [Deny]
  matchConstraints:
    resourceRules:
    - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}
  matchImageReferences: [{glob: "example.invalid/*"}]
  attestors:
  - name: key
    cosign: {key: {data: "not a key"}}
  validations:
  - {expression: "images.containers.map(i, verifyImageSignatures(i, [attestors.key])).all(n, n > 0)", message: unsigned}
Y
bad "unknown field" "$UNKNOWN" s/glob:/globs:/

valid <<Y
apiVersion: policies.kyverno.io/v1
kind: DeletingPolicy
metadata: {name: smoke}
spec:
  schedule: "0 3 * * *"
  matchConstraints:
    resourceRules:
    - {apiGroups: [""], apiVersions: [v1], operations: ["*"], resources: [pods]}
  conditions: [{name: done, expression: object.status.phase == 'Succeeded'}]
Y
bad "no schedule" "schedule: Required" /schedule:/d

valid <<Y
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: smoke}
spec:
  rules:
  - name: labels
    match: {any: [{resources: {kinds: [Namespace]}}]}
    validate: {failureAction: Enforce, message: no owner, pattern: {metadata: {labels: {owner: "?*"}}}}
Y
bad "enum of failureAction" "$ENUM" s/Enforce/Deny/

valid <<Y
apiVersion: policies.kyverno.io/v1
kind: PolicyException
metadata: {name: smoke}
spec:
  policyRefs: [{name: smoke, kind: ValidatingPolicy}]
Y
bad "no kind in policyRefs" "kind: Required" 's/, kind: ValidatingPolicy//'

# --- Argo CD -------------------------------------------------------------------
valid <<Y
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: smoke}
spec:
  project: default
  source: {repoURL: https://git.example.invalid/repo.git, path: apps, targetRevision: main}
  destination: {server: https://kubernetes.default.svc, namespace: default}
  syncPolicy:
    automated: {prune: true, selfHeal: true}
    syncOptions: [ServerSideApply=true]
Y
bad "unknown field" "$UNKNOWN" s/selfHeal/selfheal/
bad "no repoURL" "repoURL: Required" 's/repoURL: [^,]*, //'
bad "type of prune" "must be of type boolean|expected bool" 's/prune: true/prune: "yes"/'

valid <<Y
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {name: smoke}
spec:
  sourceRepos: ["*"]
  destinations: [{server: "*", namespace: "*"}]
  clusterResourceWhitelist: [{group: "*", kind: "*"}]
Y
bad "unknown field" "$UNKNOWN" s/sourceRepos/sourceRepo/

valid <<Y
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: smoke}
spec:
  goTemplate: true
  generators: [{list: {elements: [{name: a}]}}]
  template:
    metadata: {name: "{{.name}}"}
    spec:
      project: default
      source: {repoURL: https://git.example.invalid/repo.git, path: "{{.name}}"}
      destination: {server: https://kubernetes.default.svc}
Y
bad "no generators" "generators: Required" /generators:/d
bad "enum of applicationsSync" "$ENUM" 's/goTemplate: true/syncPolicy: {applicationsSync: never}/'

# --- Calico ----------------------------------------------------------------------
for group in crd.projectcalico.org/v1 projectcalico.org/v3; do
    valid <<Y
apiVersion: $group
kind: GlobalNetworkPolicy
metadata: {name: default.smoke}
spec:
  tier: default
  order: 100
  selector: all()
  types: [Ingress]
  ingress:
  - {action: Allow, protocol: TCP, source: {nets: [10.0.0.0/8]}, destination: {ports: [443, "8000:8080"]}}
Y
    bad "unknown field" "$UNKNOWN" s/selector:/selectr:/
    bad "type of order" "must be of type number|expected numeric" 's/order: 100/order: first/'
    valid <<Y
apiVersion: $group
kind: NetworkPolicy
metadata: {name: default.smoke}
spec: {tier: default, selector: app == 'web', types: [Egress], egress: [{action: Deny}]}
Y
    bad "no action" "action: Required" 's/{action: Deny}/{protocol: TCP}/'
    valid <<Y
apiVersion: $group
kind: Tier
metadata: {name: platform}
spec: {order: 50}
Y
    bad "type of order" "must be of type number|expected numeric" 's/50/low/'
    valid <<Y
apiVersion: $group
kind: GlobalNetworkSet
metadata: {name: smoke}
spec: {nets: [10.0.0.0/8]}
Y
    bad "unknown field" "$UNKNOWN" s/nets:/net:/
done

# --- RKE2: helm-controller, system-upgrade-controller ----------------------------
valid <<Y
apiVersion: helm.cattle.io/v1
kind: HelmChart
metadata: {name: smoke}
spec: {repo: https://charts.example.invalid, chart: thing, version: 1.2.3, targetNamespace: thing, createNamespace: true, valuesContent: "a: 1"}
Y
bad "unknown field" "$UNKNOWN" s/chart:/chrt:/
bad "enum of failurePolicy" "$ENUM" 's/chart: thing/failurePolicy: ignore/'
valid <<Y
apiVersion: helm.cattle.io/v1
kind: HelmChartConfig
metadata: {name: smoke}
spec: {valuesContent: "a: 1", failurePolicy: abort}
Y
bad "unknown field" "$UNKNOWN" s/valuesContent/valueContent/

valid <<Y
apiVersion: upgrade.cattle.io/v1
kind: Plan
metadata: {name: smoke}
spec:
  concurrency: 1
  cordon: true
  version: v1.35.4+rke2r1
  serviceAccountName: system-upgrade
  nodeSelector: {matchExpressions: [{key: node-role.kubernetes.io/control-plane, operator: In, values: ["true"]}]}
  upgrade: {image: rancher/rke2-upgrade}
Y
bad "unknown field" "$UNKNOWN" s/cordon:/cordn:/
bad "no upgrade" "upgrade: Required" /upgrade:/d

# --- monitoring ------------------------------------------------------------------
valid <<Y
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: smoke}
spec:
  groups:
  - name: smoke
    interval: 30s
    rules: [{alert: Down, expr: up == 0, for: 5m, labels: {severity: critical}}]
Y
bad "pattern of a duration" "should match" 's/for: 5m/for: five/'
bad "no expr" "expr: Required" 's/expr: up == 0, //'
valid <<Y
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: smoke}
spec:
  selector: {matchLabels: {app: web}}
  endpoints: [{port: http, interval: 30s, scheme: https}]
Y
bad "enum of scheme" "$ENUM" 's/scheme: https/scheme: ftp/'
bad "unknown field" "$UNKNOWN" s/endpoints:/endpoint:/
valid <<Y
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: {name: smoke}
spec:
  selector: {matchLabels: {app: web}}
  podMetricsEndpoints: [{port: http}]
Y
bad "no selector" "selector: Required" /selector:/d
valid <<Y
apiVersion: monitoring.coreos.com/v1alpha1
kind: ScrapeConfig
metadata: {name: smoke}
spec:
  staticConfigs: [{targets: ["host.example.invalid:9100"]}]
Y
bad "enum of scheme" "$ENUM" 's/^spec:/spec:\n  scheme: ftp/'
valid <<Y
apiVersion: monitoring.coreos.com/v1alpha1
kind: AlertmanagerConfig
metadata: {name: smoke}
spec:
  route: {receiver: hook, groupBy: [alertname], groupWait: 30s}
  receivers: [{name: hook, webhookConfigs: [{url: https://hook.example.invalid}]}]
Y
bad "unknown field" "$UNKNOWN" s/webhookConfigs/webhookConfig/

# --- storage ----------------------------------------------------------------------
valid <<Y
apiVersion: snapshot.storage.k8s.io/v1
kind: VolumeSnapshotClass
metadata: {name: smoke}
driver: rbd.csi.ceph.com
deletionPolicy: Delete
Y
bad "enum of deletionPolicy" "$ENUM" s/Delete/Destroy/
valid <<Y
apiVersion: snapshot.storage.k8s.io/v1
kind: VolumeSnapshot
metadata: {name: smoke}
spec: {volumeSnapshotClassName: smoke, source: {persistentVolumeClaimName: data}}
Y
bad "CEL: two sources" "exactly one of volumeSnapshotContentName and persistentVolumeClaimName" 's/{persistent/{volumeSnapshotContentName: x, persistent/'

# --- cert-manager -----------------------------------------------------------------
valid <<Y
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: smoke}
spec: {ca: {secretName: ca}}
Y
bad "unknown field" "$UNKNOWN" s/secretName/secret/
bad "CEL: Venafi without a server" "exactly one of tpp, cloud" 's/{ca: .*/{venafi: {zone: z}}/'
valid <<Y
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: smoke}
spec: {secretName: tls, dnsNames: [a.example.invalid], issuerRef: {name: smoke, kind: ClusterIssuer}, privateKey: {algorithm: ECDSA, size: 256}}
Y
bad "enum of algorithm" "$ENUM" s/ECDSA/DSA/

# --- Gateway API --------------------------------------------------------------------
valid <<Y
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: smoke}
spec:
  gatewayClassName: traefik
  listeners: [{name: web, port: 80, protocol: HTTP}]
Y
bad "CEL: a hostname on TCP" "hostname must not be specified for protocols" 's/protocol: HTTP/protocol: TCP, hostname: a.example.invalid/'
valid <<Y
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: smoke}
spec:
  parentRefs: [{name: smoke}]
  rules: [{matches: [{path: {type: PathPrefix, value: /a}}], backendRefs: [{name: web, port: 80}]}]
Y
bad "CEL: a relative path" "must be an absolute path" 's,value: /a,value: a,'
