"""What the cloud is asked to do: stacks by Heat, balancers by Octavia, and waiting for both."""
import time

import openstack

from . import late
from .report import Wrong

PATIENCE = 600  # seconds for one stack or balancer, on a busy machine


class Cloud:
    """One project of the cloud."""

    def __init__(self, name):
        self.connection = openstack.connect(cloud=name)
        self.compute = self.connection.compute
        self.heat = self.connection.orchestration
        self.octavia = self.connection.load_balancer
        self.outputs = {}  # of stacks that have not been touched since: Heat works each of them out anew every time

    # --- stacks ---------------------------------------------------------------------------------------

    def stack(self, name):
        """A stack as Heat lists it, or None: without its outputs, which cost more than all the rest."""
        return next(iter(answered(self.heat.get("/stacks", params={"name": name}))["stacks"]), None)

    def create_stack(self, stack, parameters):
        self.outputs.pop(stack.name, None)
        body = {"stack_name": stack.name, "disable_rollback": True, **request(stack, parameters)}
        answered(self.heat.post("/stacks", json=body))

    def update_stack(self, stack, parameters):
        self.outputs.pop(stack.name, None)
        answered(self.heat.put(path(self.stack(stack.name)), json=request(stack, parameters)))

    def delete_stack(self, name):
        found = self.stack(name)
        if found:
            answered(self.heat.delete(path(found)))

    def wait_for_stack(self, name, wanted):
        """Waits until a stack has this status; None means that it is gone. Gives its reason."""

        def look():
            found = self.stack(name)
            status = found and found["stack_status"]
            # A deleted stack is listed for a moment more, and its name is taken for as long.
            if status in (None, wanted) or not status.endswith("IN_PROGRESS") and status != "DELETE_COMPLETE":
                return (status, found and found["stack_status_reason"])
            return None

        status, reason = wait(look, f"stack {name}")
        if status != wanted:
            raise Wrong(f"stack {name}: {status}, not {wanted}: {reason}{self.broken(name) if status else ''}")
        return reason

    def broken(self, name):
        """Why resources of a stack failed."""
        failed = [r for r in self.resources(name).values() if r["resource_status"].endswith("FAILED")]
        return "".join(f"\n{r['resource_name']}: {r['resource_status_reason']}" for r in failed)

    def resources(self, name):
        """The resources of a stack, by name."""
        found = answered(self.heat.get(f"{path(self.stack(name))}/resources"))["resources"]
        return {resource["resource_name"]: resource for resource in found}

    def events(self, name):
        return answered(self.heat.get(f"{path(self.stack(name))}/events?limit=1000"))["events"]

    def output(self, name, key):
        if name not in self.outputs:
            found = answered(self.heat.get(path(self.stack(name))))["stack"]
            self.outputs[name] = {output["output_key"]: output.get("output_value") for output in found["outputs"]}
        outputs = self.outputs[name]
        if outputs.get(key) is None:
            raise Wrong(f"stack {name} has no output {key}; it has {', '.join(sorted(outputs))}")
        return outputs[key]

    # --- balancers ------------------------------------------------------------------------------------

    def balancers(self):
        return {each["name"]: each for each in self.lbaas("loadbalancers")}

    def lbaas(self, kind, **query):
        """The objects of a kind, such as `listeners` or `pools/ID/members`."""
        key = kind.rsplit("/", 1)[-1]
        return answered(self.octavia.get(f"/lbaas/{kind}", params=query))[key]

    def create_balancer(self, specification):
        answered(self.octavia.post("/lbaas/loadbalancers", json={"loadbalancer": specification}))

    def set_members(self, balancer, pool, members):
        """Makes these the members of a pool."""

        def ask():
            # Octavia refuses with 409 for a moment after each change, even while the balancer is ACTIVE.
            response = self.octavia.put(f"/lbaas/pools/{pool}/members", json={"members": members})
            return [response] if response.status_code != 409 else None

        answered(*wait(ask, f"members of {balancer}"))
        self.wait_for_balancer(balancer)

    def delete_balancer(self, name):
        found = self.balancers().get(name)
        if found is None:
            return
        wait(lambda: not self.balancers()[name]["provisioning_status"].startswith("PENDING"), f"balancer {name}")
        answered(self.octavia.delete(f"/lbaas/loadbalancers/{found['id']}?cascade=true"))
        wait(lambda: name not in self.balancers(), f"balancer {name}")

    def wait_for_balancer(self, name):
        def look():
            status = self.balancers()[name]["provisioning_status"]
            return None if status.startswith("PENDING") else status

        status = wait(look, f"balancer {name}")
        if status != "ACTIVE":
            raise Wrong(f"balancer {name}: {status}")

    # --- what is filled in late -------------------------------------------------------------------------

    def inputs(self, stack):
        """The parameters of a stack that other things in the cloud give."""
        return {name: self.given(where) for name, where in stack.inputs.items()}

    def given(self, where):
        if "floatingIp" in where:
            return self.floating_address(where["floatingIp"])
        return self.output(where["stack"], where["output"])

    def floating_address(self, address):
        """The id of a public address that the project has."""
        found = answered(self.connection.network.get("/floatingips", params={"floating_ip_address": address}))["floatingips"]
        if not found:
            raise Wrong(f"the project has no floating address {address}")
        return found[0]["id"]

    def filled(self, balancer):
        """A specification with every identifier that only the cloud knows."""
        flavors = {each["name"]: each["id"] for each in self.lbaas("flavors")}
        return late.filled(balancer.specification, self.output, flavors.__getitem__)


def request(stack, parameters):
    return {"template": stack.template, "environment": stack.environment, "files": stack.files, "parameters": parameters}


def path(found):
    return f"/stacks/{found['stack_name']}/{found['id']}"


def answered(response):
    """The body of an answer; a refusal is told in the service's own words."""
    if response.status_code >= 400:
        raise Wrong(f"{response.request.method} {response.request.path_url}: {response.status_code}: {response.text[:2000]}")
    return response.json() if "json" in response.headers.get("Content-Type", "") and response.content.strip() else None


def wait(look, what, pause=1.0):
    """Looks until it gives something true."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(pause)
    raise Wrong(f"{what}: still not done after {PATIENCE} s")
