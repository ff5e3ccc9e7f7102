"""Marks in a specification that stand for identifiers of the cloud."""


def filled(value, output, flavor):
    """The value with each `fromStack` replaced by a stack's output and each `flavor` by an Octavia flavor's id."""
    if isinstance(value, list):
        return [filled(each, output, flavor) for each in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"fromStack"}:
        return output(value["fromStack"]["stack"], value["fromStack"]["output"])
    if set(value) == {"flavor"}:
        return flavor(value["flavor"])
    return {key: filled(each, output, flavor) for key, each in value.items()}
