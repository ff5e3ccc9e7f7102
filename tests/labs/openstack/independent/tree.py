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
    inputs: dict  # Heat parameter -> (stack, output)
    prefix: str  # of the file names, for messages


@dataclass(frozen=True)
class Balancer:
    name: str
    specification: dict  # the value of the key `loadbalancer`


@dataclass(frozen=True)
class Stage:
    name: str
    stacks: list
    balancers: list


@dataclass(frozen=True)
class Flow:
    group: str
    direction: str
    protocol: str
    ports: tuple  # (lowest, highest), None for both where there are none
    remote: str  # a CIDR or a group


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
    return Tree(index["environment"], [stage(folder, entry) for entry in index["stages"]], flows(folder, index))


def text(folder, path):
    with open(os.path.join(folder, path), encoding="utf-8", newline="") as file:
        return file.read()


def document(folder, path):
    return yaml.safe_load(text(folder, path))


def stage(folder, entry):
    stacks = [stack(folder, each) for each in entry.get("stacks") or []]
    return Stage(entry["name"], stacks, [balancer(folder, each) for each in entry.get("balancers") or []])


def stack(folder, entry):
    return Stack(
        name=entry["name"],
        template=text(folder, entry["template"]),
        environment=text(folder, entry["environment"]),
        files={name: text(folder, path) for name, path in (entry.get("files") or {}).items()},
        inputs={name: (where["stack"], where["output"]) for name, where in (entry.get("inputs") or {}).items()},
        prefix=entry["template"],
    )


def balancer(folder, entry):
    return Balancer(entry["name"], document(folder, entry["specification"])["loadbalancer"])


def flows(folder, index):
    """The flow table, in the index or in a file of its own."""
    rows = index["flows"] if "flows" in index else document(folder, "flows.yaml")
    rows = rows["flows"] if isinstance(rows, dict) else rows
    return {
        Flow(row["group"], row["direction"], str(row["protocol"]), (row.get("portMin"), row.get("portMax")), row["remote"])
        for row in rows
    }
