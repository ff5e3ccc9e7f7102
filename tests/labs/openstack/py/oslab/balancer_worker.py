"""Octavia's worker with two fixes of later releases, and a quieter wait.

A balancer may be created together with its listeners and pools.  Octavia 11
loses the listeners between the worker and the flow that creates them, unless
there is a job board: the balancer turns ACTIVE, and all below it stays
PENDING_CREATE for ever.  With the listeners, that flow lacks a step whose
result it needs.

The wait for an amphora's server is a step that fails once a second: TaskFlow
then prints the whole flow and tries again.  Here one try looks many times.
"""
from octavia.cmd import octavia_worker
from octavia.common import constants
from octavia.common import exceptions
from octavia.controller.worker.v2 import controller_worker
from octavia.controller.worker.v2.flows import load_balancer_flows
from octavia.controller.worker.v2.tasks import compute_tasks
from octavia.controller.worker.v2.tasks import network_tasks

LOOKS = 20  # times amp_active_retries
look_for_server = compute_tasks.ComputeWait.execute
create_listeners_flow = load_balancer_flows.LoadBalancerFlows._create_listeners_flow


def run_flow(self, func, *args, store=None, **kwargs):
    flow = self.tf_engine.taskflow_load(func(*args, **kwargs), store=store)
    with controller_worker.tf_logging.DynamicLoggingListener(
            flow, log=controller_worker.LOG):
        flow.run()


def with_network_configs(self):
    return [network_tasks.GetAmphoraeNetworkConfigs(
        name='oslab-network-configs', requires=constants.LOADBALANCER_ID,
        provides=constants.AMPHORAE_NETWORK_CONFIG),
        *create_listeners_flow(self)]


def wait_for_server(self, compute_id, amphora_id, availability_zone):
    for _ in range(LOOKS - 1):
        try:
            return look_for_server(self, compute_id, amphora_id, availability_zone)
        except exceptions.ComputeWaitTimeoutException:
            pass
    return look_for_server(self, compute_id, amphora_id, availability_zone)


def worker():
    compute_tasks.ComputeWait.execute = wait_for_server
    controller_worker.ControllerWorker.run_flow = run_flow
    load_balancer_flows.LoadBalancerFlows._create_listeners_flow = with_network_configs
    return octavia_worker.main()
