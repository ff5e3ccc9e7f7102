package main

import (
	"fmt"
	"net"
	"strings"

	"github.com/projectcalico/calico/felix/proto"
)

// packet is compared with rules as felix/rules/policy.go writes them for iptables: everything that a rule says must hold.
type packet struct {
	source, destination net.IP
	flow                flow
}

func (v *view) matches(r *proto.Rule, p packet) bool {
	return r.IpVersion != proto.IPVersion_IPV6 &&
		(r.Protocol == nil || same(r.Protocol, p.flow.Protocol)) &&
		(r.NotProtocol == nil || !same(r.NotProtocol, p.flow.Protocol)) &&
		icmp(r, p.flow) &&
		inNets(r.SrcNet, p.source, true) && inNets(r.DstNet, p.destination, true) &&
		!inNets(r.NotSrcNet, p.source, false) && !inNets(r.NotDstNet, p.destination, false) &&
		v.inAll(r.SrcIpSetIds, p.source) && v.inAll(r.DstIpSetIds, p.destination) &&
		!v.inAny(r.NotSrcIpSetIds, p.source) && !v.inAny(r.NotDstIpSetIds, p.destination) &&
		v.behind(r.DstIpPortSetIds, p) &&
		v.ports(r.SrcPorts, r.SrcNamedPortIpSetIds, p.source, p.sourcePort(), p, true) &&
		v.ports(r.DstPorts, r.DstNamedPortIpSetIds, p.destination, p.flow.Port, p, true) &&
		!v.ports(r.NotSrcPorts, r.NotSrcNamedPortIpSetIds, p.source, p.sourcePort(), p, false) &&
		!v.ports(r.NotDstPorts, r.NotDstNamedPortIpSetIds, p.destination, p.flow.Port, p, false)
}

func (p packet) sourcePort() *int {
	if p.flow.Port == nil {
		return nil
	}
	return &p.flow.SourcePort
}

var numbers = map[string]int{"icmp": 1, "tcp": 6, "udp": 17, "icmpv6": 58, "sctp": 132, "udplite": 136}

func same(protocol *proto.Protocol, number int) bool {
	if name := protocol.GetName(); name != "" {
		known, ok := numbers[strings.ToLower(name)]
		if !ok {
			panic(name)
		}
		return known == number
	}
	return int(protocol.GetNumber()) == number
}

func icmp(r *proto.Rule, f flow) bool {
	kind := func(number int32) bool { return f.Protocol == 1 && int(number) == f.Icmp[0] }
	both := func(tc *proto.IcmpTypeAndCode) bool { return kind(tc.Type) && int(tc.Code) == f.Icmp[1] }
	switch i := r.Icmp.(type) {
	case *proto.Rule_IcmpType:
		if !kind(i.IcmpType) {
			return false
		}
	case *proto.Rule_IcmpTypeCode:
		if !both(i.IcmpTypeCode) {
			return false
		}
	}
	switch i := r.NotIcmp.(type) {
	case *proto.Rule_NotIcmpType:
		return f.Protocol == 1 && !kind(i.NotIcmpType)
	case *proto.Rule_NotIcmpTypeCode:
		return f.Protocol == 1 && !both(i.NotIcmpTypeCode)
	}
	return true
}

func inNets(nets []string, address net.IP, none bool) bool {
	for _, text := range nets {
		if _, n, err := net.ParseCIDR(text); err != nil {
			panic(err)
		} else if n.Contains(address) {
			return true
		}
	}
	return len(nets) == 0 && none
}

func (v *view) in(id string, member string) bool {
	set, ok := v.sets[id]
	if !ok {
		panic("no IP set " + id)
	}
	return set[member]
}

func (v *view) has(id string, address net.IP) bool {
	return v.in(id, address.String()) || v.in(id, address.String()+"/32")
}

func (v *view) inAll(ids []string, address net.IP) bool {
	for _, id := range ids {
		if !v.has(id, address) {
			return false
		}
	}
	return true
}

func (v *view) inAny(ids []string, address net.IP) bool {
	for _, id := range ids {
		if v.has(id, address) {
			return true
		}
	}
	return false
}

func member(address net.IP, f flow, port int) string {
	name := map[int]string{6: "tcp", 17: "udp", 132: "sctp"}[f.Protocol]
	return fmt.Sprintf("%s,%s:%d", address, name, port)
}

// behind: all sets of addresses and ports that stand for a Service.
func (v *view) behind(ids []string, p packet) bool {
	for _, id := range ids {
		if p.flow.Port == nil || !v.in(id, member(p.destination, p.flow, *p.flow.Port)) {
			return false
		}
	}
	return true
}

// ports: in one of the ranges, or in one of the sets that stand for a name.
func (v *view) ports(ranges []*proto.PortRange, named []string, address net.IP, port *int, p packet, none bool) bool {
	if len(ranges)+len(named) == 0 {
		return none
	}
	if port == nil {
		return false
	}
	for _, r := range ranges {
		if int(r.First) <= *port && *port <= int(r.Last) {
			return true
		}
	}
	for _, id := range named {
		if v.in(id, member(address, p.flow, *port)) {
			return true
		}
	}
	return false
}
