// judge answers the flows of generate.py with Calico's own code: its converters of Kubernetes' policies, its update
// processors, and Felix's calculation graph, which sorts policies, decides which pods they select, and makes IP sets.
// What Felix then leaves to the data plane - comparing one packet with those rules - is below.
//
// Felix 3.28 is the newest that the Go proxy serves whole; tiers came after it. So the graph runs once for each tier, and the
// walk from tier to tier is below too: a tier without a policy for the pod is no tier; else its end denies, or passes.
//
//	judge cases.json   prints one line a flow
package main

import (
	"encoding/json"
	"fmt"
	"math"
	"net"
	"os"
	"sort"
	"strings"

	api "github.com/projectcalico/api/pkg/apis/projectcalico/v3"
	"github.com/projectcalico/api/pkg/lib/numorstring"
	"github.com/projectcalico/calico/felix/calc"
	"github.com/projectcalico/calico/felix/config"
	"github.com/projectcalico/calico/felix/proto"
	bapi "github.com/projectcalico/calico/libcalico-go/lib/backend/api"
	"github.com/projectcalico/calico/libcalico-go/lib/backend/k8s/conversion"
	"github.com/projectcalico/calico/libcalico-go/lib/backend/model"
	"github.com/projectcalico/calico/libcalico-go/lib/backend/syncersv1/updateprocessors"
	"github.com/projectcalico/calico/libcalico-go/lib/backend/watchersyncer"
	cnet "github.com/projectcalico/calico/libcalico-go/lib/net"
	log "github.com/sirupsen/logrus"
	corev1 "k8s.io/api/core/v1"
	discovery "k8s.io/api/discovery/v1"
	networking "k8s.io/api/networking/v1"
	"sigs.k8s.io/yaml"
)

type world struct {
	Documents []json.RawMessage  `json:"documents"`
	Pods      []pod              `json:"pods"`
	Services  map[string][][]any `json:"services"`
	Flows     []flow             `json:"flows"`
}

type pod struct {
	Name, Namespace, Account, Address string
	Labels                            map[string]string
	Ports                             [][]any
}

type flow struct {
	From, To   string
	Protocol   int
	SourcePort int `json:"sourcePort"`
	Port       *int
	Icmp       []int
}

type document struct {
	Kind       string `json:"kind"`
	APIVersion string `json:"apiVersion"`
	Metadata   struct {
		Name      string `json:"name"`
		Namespace string `json:"namespace"`
	} `json:"metadata"`
	Spec map[string]any `json:"spec"`
}

type tier struct {
	name   string
	order  float64
	passes bool
	view   *view
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	log.SetLevel(log.PanicLevel)
	text, err := os.ReadFile(os.Args[1])
	must(err)
	var worlds []world
	must(json.Unmarshal(text, &worlds))
	for number := range worlds {
		answer(number, &worlds[number])
	}
}

func answer(number int, w *world) {
	tiers := tiersOf(w)
	for i := range tiers {
		tiers[i].view = calculate(w, tiers[i].name)
	}
	address := func(end string) (string, *pod) {
		for i := range w.Pods {
			if w.Pods[i].Name == end {
				return w.Pods[i].Address, &w.Pods[i]
			}
		}
		return end, nil
	}
	for at, f := range w.Flows {
		source, from := address(f.From)
		destination, to := address(f.To)
		p := packet{net.ParseIP(source), net.ParseIP(destination), f}
		fmt.Printf("%d %d egress=%s ingress=%s\n", number, at, walk(tiers, from, p, false), walk(tiers, to, p, true))
	}
}

func tiersOf(w *world) []tier {
	tiers := []tier{{name: "default", order: 1000000}}
	for _, raw := range w.Documents {
		var d document
		must(json.Unmarshal(raw, &d))
		if d.Kind == "Tier" {
			t := tier{name: d.Metadata.Name, order: math.Inf(1), passes: d.Spec["defaultAction"] == "Pass"}
			if order, ok := d.Spec["order"].(float64); ok {
				t.order = order
			}
			tiers = append(tiers, t)
		}
	}
	sort.Slice(tiers, func(i, j int) bool {
		return tiers[i].order < tiers[j].order || (tiers[i].order == tiers[j].order && tiers[i].name < tiers[j].name)
	})
	return tiers
}

// walk goes from tier to tier.
func walk(tiers []tier, at *pod, p packet, ingress bool) string {
	if at == nil {
		return "allow:-:none:-"
	}
	for _, t := range tiers {
		policies := t.view.policies(at.Name, ingress)
		if len(policies) == 0 {
			continue
		}
		action, by, rule := "", "", 0
		for _, name := range policies {
			if action, rule = t.view.decide(name, p, ingress); action != "" {
				by = name
				break
			}
		}
		number := fmt.Sprint(rule)
		if strings.Contains(by, "/knp.default.") {
			number = "-" // Its rules were merged and sorted.
		}
		switch action {
		case "allow", "deny":
			return fmt.Sprintf("%s:%s:%s:%s", action, t.name, by, number)
		case "next-tier", "pass":
		case "":
			if !t.passes {
				return fmt.Sprintf("deny:%s:end:-", t.name)
			}
		default:
			panic(action)
		}
	}
	return "allow:-:profile:-"
}

// view is what Felix would have programmed for one tier.
type view struct {
	endpoints map[string]*proto.WorkloadEndpoint
	rules     map[string]*proto.Policy
	sets      map[string]map[string]bool
}

func (v *view) policies(pod string, ingress bool) []string {
	endpoint := v.endpoints[pod]
	if endpoint == nil {
		panic("no endpoint " + pod)
	}
	if len(endpoint.Tiers) == 0 {
		return nil
	}
	if ingress {
		return endpoint.Tiers[0].IngressPolicies
	}
	return endpoint.Tiers[0].EgressPolicies
}

func (v *view) decide(policy string, p packet, ingress bool) (string, int) {
	rules := v.rules[policy].OutboundRules
	if ingress {
		rules = v.rules[policy].InboundRules
	}
	for at, rule := range rules {
		if rule.Action != "log" && v.matches(rule, p) {
			return rule.Action, at + 1
		}
	}
	return "", 0
}

// calculate runs Felix's graph over the policies of one tier.
func calculate(w *world, tier string) *view {
	conf := config.New()
	conf.FelixHostname = "host"
	v := &view{map[string]*proto.WorkloadEndpoint{}, map[string]*proto.Policy{}, map[string]map[string]bool{}}
	sequencer := calc.NewEventSequencer(conf)
	sequencer.Callback = v.event
	graph := calc.NewCalculationGraph(sequencer, conf, func() {})
	var updates []bapi.Update
	add := func(kvs ...*model.KVPair) {
		for _, kv := range kvs {
			if kv != nil && kv.Value != nil {
				updates = append(updates, bapi.Update{KVPair: *kv, UpdateType: bapi.UpdateTypeKVNew})
			}
		}
	}
	for _, raw := range w.Documents {
		add(convert(raw, tier)...)
	}
	for name, members := range w.Services {
		add(slices(name, members)...)
	}
	for i := range w.Pods {
		add(endpoint(&w.Pods[i]))
	}
	graph.OnStatusUpdated(bapi.ResyncInProgress)
	graph.OnUpdates(updates)
	graph.OnStatusUpdated(bapi.InSync)
	graph.Flush()
	sequencer.Flush()
	return v
}

func (v *view) event(message interface{}) {
	switch m := message.(type) {
	case *proto.ActivePolicyUpdate:
		v.rules[m.Id.Name] = m.Policy
	case *proto.WorkloadEndpointUpdate:
		v.endpoints[strings.TrimPrefix(m.Id.WorkloadId, "w/")] = m.Endpoint
	case *proto.IPSetUpdate:
		v.sets[m.Id] = map[string]bool{}
		for _, member := range m.Members {
			v.sets[m.Id][member] = true
		}
	case *proto.IPSetDeltaUpdate:
		for _, member := range m.AddedMembers {
			v.sets[m.Id][member] = true
		}
		for _, member := range m.RemovedMembers {
			delete(v.sets[m.Id], member)
		}
	}
}

// uid: the API server gives one to each object, and Calico asks for it.
const uid = "00000000-0000-4000-8000-000000000000"

func convert(raw json.RawMessage, tier string) []*model.KVPair {
	var d document
	must(json.Unmarshal(raw, &d))
	converter := conversion.NewConverter()
	through := func(processor watchersyncer.SyncerUpdateProcessor, kv *model.KVPair) []*model.KVPair {
		kvs, err := processor.Process(kv)
		must(err)
		return kvs
	}
	switch d.Kind {
	case "Namespace":
		var ns corev1.Namespace
		must(yaml.UnmarshalStrict(raw, &ns))
		ns.UID = uid
		kv, err := converter.NamespaceToProfile(&ns)
		must(err)
		return through(updateprocessors.NewProfileUpdateProcessor(), kv)
	case "ServiceAccount":
		var sa corev1.ServiceAccount
		must(yaml.UnmarshalStrict(raw, &sa))
		sa.UID = uid
		kv, err := converter.ServiceAccountToProfile(&sa)
		must(err)
		return through(updateprocessors.NewProfileUpdateProcessor(), kv)
	case "GlobalNetworkPolicy", "NetworkPolicy":
		if d.APIVersion == "networking.k8s.io/v1" {
			if tier != "default" {
				return nil
			}
			kv, err := converter.K8sNetworkPolicyToCalico(kubernetes(raw))
			must(err)
			return through(updateprocessors.NewNetworkPolicyUpdateProcessor(), kv)
		}
		if d.Spec["tier"] != tier {
			return nil
		}
		return calico(&d, raw, through)
	}
	return nil
}

// kubernetes fills policyTypes as the API server does.
func kubernetes(raw json.RawMessage) *networking.NetworkPolicy {
	var np networking.NetworkPolicy
	must(yaml.UnmarshalStrict(raw, &np))
	if np.Spec.PolicyTypes == nil {
		np.Spec.PolicyTypes = []networking.PolicyType{networking.PolicyTypeIngress}
		if len(np.Spec.Egress) > 0 {
			np.Spec.PolicyTypes = append(np.Spec.PolicyTypes, networking.PolicyTypeEgress)
		}
	}
	return &np
}

func calico(d *document, raw json.RawMessage, through func(watchersyncer.SyncerUpdateProcessor, *model.KVPair) []*model.KVPair) []*model.KVPair {
	var whole map[string]any
	must(json.Unmarshal(raw, &whole))
	delete(whole["spec"].(map[string]any), "tier")
	text, err := json.Marshal(whole)
	must(err)
	key := model.ResourceKey{Kind: d.Kind, Name: d.Metadata.Name, Namespace: d.Metadata.Namespace}
	if d.Kind == "GlobalNetworkPolicy" {
		policy := api.NewGlobalNetworkPolicy()
		must(yaml.UnmarshalStrict(text, policy))
		return through(updateprocessors.NewGlobalNetworkPolicyUpdateProcessor(), &model.KVPair{Key: key, Value: policy})
	}
	policy := api.NewNetworkPolicy()
	must(yaml.UnmarshalStrict(text, policy))
	return through(updateprocessors.NewNetworkPolicyUpdateProcessor(), &model.KVPair{Key: key, Value: policy})
}

func endpoint(p *pod) *model.KVPair {
	labels := map[string]string{
		api.LabelNamespace: p.Namespace, api.LabelOrchestrator: "k8s", api.LabelServiceAccount: p.Account,
	}
	for key, value := range p.Labels {
		labels[key] = value
	}
	ports := []model.EndpointPort{}
	for _, port := range p.Ports {
		protocol := numorstring.ProtocolFromInt(uint8(port[1].(float64)))
		if port[1].(float64) == 6 {
			protocol = numorstring.ProtocolFromStringV1("tcp")
		} else if port[1].(float64) == 17 {
			protocol = numorstring.ProtocolFromStringV1("udp")
		}
		ports = append(ports, model.EndpointPort{Name: port[0].(string), Protocol: protocol, Port: uint16(port[2].(float64))})
	}
	return &model.KVPair{
		Key: model.WorkloadEndpointKey{Hostname: "host", OrchestratorID: "k8s", WorkloadID: "w/" + p.Name, EndpointID: "eth0"},
		Value: &model.WorkloadEndpoint{
			State: "active", Name: "cali" + p.Name, Labels: labels, Ports: ports,
			IPv4Nets:   []cnet.IPNet{cnet.MustParseNetwork(p.Address + "/32")},
			ProfileIDs: []string{"kns." + p.Namespace, "ksa." + p.Namespace + "." + p.Account},
		},
	}
}

// slices makes one EndpointSlice for each member, since each has a port of its own.
func slices(name string, members [][]any) []*model.KVPair {
	namespace, service, _ := strings.Cut(name, "/")
	var kvs []*model.KVPair
	for at, member := range members {
		protocol := map[float64]corev1.Protocol{6: corev1.ProtocolTCP, 17: corev1.ProtocolUDP}[member[1].(float64)]
		port := int32(member[2].(float64))
		slice := &discovery.EndpointSlice{
			AddressType: discovery.AddressTypeIPv4,
			Endpoints:   []discovery.Endpoint{{Addresses: []string{member[0].(string)}}},
			Ports:       []discovery.EndpointPort{{Protocol: &protocol, Port: &port}},
		}
		slice.Name, slice.Namespace = fmt.Sprintf("%s-%d", service, at), namespace
		slice.Labels = map[string]string{"kubernetes.io/service-name": service}
		key := model.ResourceKey{Kind: model.KindKubernetesEndpointSlice, Namespace: namespace, Name: slice.Name}
		kvs = append(kvs, &model.KVPair{Key: key, Value: slice})
	}
	return kvs
}
