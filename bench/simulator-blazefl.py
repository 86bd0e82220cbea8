"""BlazeFL as a peer of the simulator: `simulator-blazefl.py FOLDER CORES`.

FOLDER is one of `simulator-data.ts`; as many processes as CORES train one client at a time each, on one thread, and pass
models through shared memory.
"""

import sys
import tempfile
from pathlib import Path

import torch
from blazefl.contrib.fedavg import FedAvgBaseServerHandler, FedAvgProcessPoolClientTrainer
from blazefl.core import IPCMode

import simulator_task

SEED = 1


class Models:
    """What BlazeFL calls a model selector: the first model of the task in `name`."""

    def select_model(self, name):
        torch.set_num_threads(1)
        return simulator_task.task_of(name).model()


class Clients:
    """What BlazeFL calls a partitioned dataset. It travels to the processes, so that it holds no more than the folder."""

    def __init__(self, folder):
        self.folder = folder

    def get_dataloader(self, type_, cid, batch_size, generator=None):
        return simulator_task.Batches(*simulator_task.task_of(self.folder).client(cid), batch_size)

    def set_dataset(self, type_, cid, dataset):
        """The examples stay as they are."""


def warm_up(task):
    """Loads what PyTorch loads at its first step: BlazeFL starts processes anew in every round, and they inherit it."""
    torch.set_num_threads(1)
    model = task.model()
    features, labels = task.client(0)
    simulator_task.train(model, [(features[:1], labels[:1])], task)


def main(folder, cores, scratch):
    task = simulator_task.task_of(folder)
    shared = {"model_selector": Models(), "model_name": folder, "dataset": Clients(folder), "device": "cpu", "seed": SEED}
    sizes = {"num_clients": task.clients, "batch_size": task.batchSize}
    server = FedAvgBaseServerHandler(
        global_round=2 * task.rounds, sample_ratio=task.cohort / task.clients, **shared, **sizes
    )
    trainer = FedAvgProcessPoolClientTrainer(
        share_dir=scratch / "share",
        state_dir=scratch / "state",
        epochs=task.epochs,
        lr=task.learningRate,
        num_parallels=cores,
        ipc_mode=IPCMode.SHARED_MEMORY,
        **shared,
        **sizes,
    )
    warm_up(task)
    clock = simulator_task.Clock(task)
    clock.round_ended(0, server.model)
    while not server.if_stop():
        cohort = server.sample_clients()
        trainer.local_process(server.downlink_package(), cohort)
        for package in trainer.uplink_package():
            server.load(package)
        clock.round_ended(server.round, server.model)
    clock.print_figures()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        main(sys.argv[1], int(sys.argv[2]), Path(scratch))
