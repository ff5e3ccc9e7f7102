"""Octavia's worker with one fix of a later release.

A balancer may be created together with its listeners and pools.  Without a job
board, Octavia 11 drops the listeners on the way to the flow that creates them:
the balancer turns ACTIVE, and all below it stays PENDING_CREATE for ever.
"""
from octavia.cmd import octavia_worker
from octavia.controller.worker.v2 import controller_worker


def run_flow(self, func, *args, store=None, **kwargs):
    flow = self.tf_engine.taskflow_load(func(*args, **kwargs), store=store)
    with controller_worker.tf_logging.DynamicLoggingListener(
            flow, log=controller_worker.LOG):
        flow.run()


def worker():
    controller_worker.ControllerWorker.run_flow = run_flow
    return octavia_worker.main()
