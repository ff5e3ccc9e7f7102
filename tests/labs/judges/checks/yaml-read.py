"""yaml-read.py pyyaml|ruamel FILE... prints what is in each YAML file as one line of JSON:
{"documents": [...]} or {"error": "..."}."""
import datetime
import json
import sys


def plain(value):
    if isinstance(value, dict):
        return {k if isinstance(k, str) else f"!{type(k).__name__} {k}": plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, (datetime.datetime, datetime.date)):
        return f"!time {value.isoformat()}"
    if isinstance(value, (bytes, set)):
        return f"!{type(value).__name__} {value!r}"
    return value


def pyyaml(file):
    """YAML 1.1, as Heat, cloud-init and Ansible read it."""
    import yaml

    return yaml.load_all(file, Loader=yaml.SafeLoader)


def ruamel(file):
    """YAML 1.2."""
    from ruamel.yaml import YAML

    return YAML(typ="safe", pure=True).load_all(file)


def documents(reader, path):
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return {"documents": [plain(document) for document in reader(file)]}
    except Exception as error:  # each parser has its own family of errors, and ValueError comes from constructors
        return {"error": str(error)}


for path in sys.argv[2:]:
    print(json.dumps(documents({"pyyaml": pyyaml, "ruamel": ruamel}[sys.argv[1]], path)))
