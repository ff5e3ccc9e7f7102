"""What a Heat template says that each resource should be, without asking Heat."""
import json

import yaml

UNKNOWN = object()  # only the running cloud knows


def expected(stack, inputs, physical):
    """The resources of a stack: name -> (type, properties), with parameters and references filled in.

    physical: the name of a resource -> its id in the cloud. What cannot be known is left out of the properties.
    """
    template = yaml.safe_load(stack.template)
    given = {**((yaml.safe_load(stack.environment) or {}).get("parameters") or {}), **inputs}
    scope = Scope(stack, {**defaults(template), **given}, physical)
    return {
        name: (resource["type"], known(scope.value(resource.get("properties") or {})))
        for name, resource in (template.get("resources") or {}).items()
        if scope.exists(template, resource)
    }


def retained(stack):
    """The resources that outlive their stack on purpose: name -> what it is called in the cloud."""
    resources = yaml.safe_load(stack.template).get("resources") or {}
    described = expected(stack, {}, {})
    return {
        name: described[name][1].get("name")
        for name, resource in resources.items()
        if str(resource.get("deletion_policy")).lower() == "retain"
    }


def defaults(template):
    parameters = template.get("parameters") or {}
    return {name: parameter["default"] for name, parameter in parameters.items() if "default" in parameter}


def known(properties):
    return {} if properties is UNKNOWN else {name: value for name, value in properties.items() if value is not UNKNOWN}


class Scope:
    """Where a template's functions look things up."""

    def __init__(self, stack, parameters, physical):
        self.stack, self.physical = stack, physical
        self.parameters = {"OS::stack_name": stack.name, **parameters}

    def exists(self, template, resource):
        if "condition" not in resource:
            return True
        return self.condition(template, resource["condition"])

    def condition(self, template, value):
        if isinstance(value, str):
            value = (template.get("conditions") or {})[value]
        if isinstance(value, dict) and set(value) == {"equals"}:
            first, second = (self.value(each) for each in value["equals"])
            return str(first) == str(second)
        if isinstance(value, dict) and set(value) == {"not"}:
            return not self.condition(template, value["not"])
        return bool(self.value(value))

    def value(self, value):
        """A value without functions; UNKNOWN if any part of a sequence or a function is unknown."""
        if isinstance(value, list):
            values = [self.value(each) for each in value]
            return UNKNOWN if any(each is UNKNOWN for each in values) else values
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((name, argument),) = value.items()
            if name in FUNCTIONS:
                return FUNCTIONS[name](self, argument)
            if name in OPAQUE:
                return UNKNOWN
        return {key: self.value(each) for key, each in value.items()}

    def parameter(self, argument):
        name, *path = argument if isinstance(argument, list) else [argument]
        value = self.parameters.get(name, UNKNOWN)
        for step in path:
            value = json.loads(value) if isinstance(value, str) else value
            value = value[step]
        return value

    def joined(self, argument):
        separator, parts = argument
        parts = self.value(parts)
        return UNKNOWN if parts is UNKNOWN else separator.join(map(str, parts))

    def replaced(self, argument):
        text, words = self.value(argument["template"]), self.value(argument["params"])
        if text is UNKNOWN or words is UNKNOWN or UNKNOWN in words.values():
            return UNKNOWN
        for word in sorted(words, key=len, reverse=True):
            text = text.replace(word, str(words[word]))
        return text


FUNCTIONS = {
    "get_param": Scope.parameter,
    "get_resource": lambda scope, name: scope.physical.get(name, UNKNOWN),
    "get_file": lambda scope, name: scope.stack.files[name],
    "list_join": Scope.joined,
    "str_replace": Scope.replaced,
}
OPAQUE = {"get_attr", "if", "map_merge", "map_replace", "list_concat", "yaql", "digest", "repeat", "resource_facade", "str_split"}
