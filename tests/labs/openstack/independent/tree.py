"""The compiled tree: the only place that knows how it is laid out."""
import os
from dataclasses import dataclass

import yaml


@dataclass(frozen=True)
class Stack:
    name: str
    template: str  # the text, verbatim
    environment: str  # the text, verbatim
    files: dict  # name in the template -> text
    inputs: dict  # Heat parameter -> {stack, output}, or {floatingIp}: an address that is there already


@dataclass(frozen=True)
class Balancer:
    name: str
    specification: dict  # the value of the key `loadbalancer`


@dataclass(frozen=True)
class Stage:
    name: str
    parallel: bool  # whether its stacks are made side by side
    stacks: list
    balancers: list


@dataclass(frozen=True)
class Flow:
    group: str
    direction: str
    ethertype: str
    protocol: str | None
    ports: tuple  # (lowest, highest), None for both where there are none
    remote: str | None  # a CIDR or a group; None: anybody


@dataclass(frozen=True)
class Tree:
    environment: str
    stages: list
    flows: set

    def stacks(self):
        return [stack for stage in self.stages for stack in stage.stacks]

    def balancers(self):
        return [balancer for stage in self.stages for balancer in stage.balancers]


def load(folder):
    """Reads `generated/ENV`."""
    index = document(folder, "openstack/index.yaml")
    return Tree(index["environment"], [stage(folder, entry) for entry in index["stages"]], flows(folder))


def text(folder, path):
    with open(os.path.join(folder, path), encoding="utf-8", newline="") as file:
        return file.read()


def document(folder, path):
    return yaml.safe_load(text(folder, path))


def stage(folder, entry):
    stacks = [stack(folder, each) for each in entry.get("stacks") or []]
    balancers = [balancer(folder, each) for each in entry.get("balancers") or []]
    return Stage(entry["name"], entry.get("parallel", False), stacks, balancers)


def stack(folder, entry):
    return Stack(
        name=entry["name"],
        template=text(folder, entry["template"]),
        environment=text(folder, entry["environment"]),
        files={name: text(folder, path) for name, path in (entry.get("files") or {}).items()},
        inputs=entry.get("inputs") or {},
    )


def balancer(folder, entry):
    return Balancer(entry["name"], document(folder, entry["specification"])["loadbalancer"])


def flows(folder):
    """The flow table, which has Neutron's own rules too."""
    return {
        Flow(row["group"], row["direction"], row["ethertype"], row["protocol"], (row["from_port"], row["to_port"]), row["remote"])
        for row in document(folder, "openstack/flows.yaml")["flows"]
    }
