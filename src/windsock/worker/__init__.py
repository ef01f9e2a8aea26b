"""The worker: the loop that runs jobs and ticks schedules, inside ``serve`` or as processes of its own.

Invariants: a job that runs here is ours until its lease runs out, and the lease is renewed while it runs; stopping or dying loses no
job and no fact; no error of a room ends the loop.
"""

from windsock.worker.assemble import run_worker, worker_of
from windsock.worker.loop import Worker
from windsock.worker.streams import Streams

__all__ = ["Streams", "Worker", "run_worker", "worker_of"]
