"""Flower's simulation as a peer of the simulator: `simulator-flower.py FOLDER CORES`.

FOLDER is one of `simulator-data.ts`; each of the CORES trains one client at a time on one thread, in a process that stays.
"""

import os
import sys

os.environ.update(FLWR_TELEMETRY_ENABLED="0", RAY_USAGE_STATS_ENABLED="0", RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO="0")

import torch
from flwr.app import ArrayRecord, Message, MetricRecord, RecordDict
from flwr.clientapp import ClientApp
from flwr.serverapp import ServerApp
from flwr.serverapp.strategy import FedAvg
from flwr.simulation import run_simulation

import simulator_task

folder, cores = sys.argv[1], int(sys.argv[2])
task = simulator_task.task_of(folder)
client_app, server_app = ClientApp(), ServerApp()


@client_app.train()
def train(message, context):
    torch.set_num_threads(1)
    here = simulator_task.task_of(folder)
    model = here.model()
    model.load_state_dict(message.content["arrays"].to_torch_state_dict())
    features, labels = here.client(context.node_config["partition-id"])
    simulator_task.train(model, simulator_task.Batches(features, labels, here.batchSize), here)
    metrics = MetricRecord({"num-examples": len(labels)})
    content = RecordDict({"arrays": ArrayRecord(model.state_dict()), "metrics": metrics})
    return Message(content=content, reply_to=message)


@server_app.main()
def main(grid, context):
    clock, model = simulator_task.Clock(task), task.model()

    def round_ended(ended, arrays):
        model.load_state_dict(arrays.to_torch_state_dict())
        clock.round_ended(ended, model)

    strategy = FedAvg(
        fraction_train=task.cohort / task.clients,
        fraction_evaluate=0.0,
        min_train_nodes=task.cohort,
        min_available_nodes=task.clients,
    )
    initial = ArrayRecord(model.state_dict())
    strategy.start(grid=grid, initial_arrays=initial, num_rounds=2 * task.rounds, evaluate_fn=round_ended)
    clock.print_figures()


run_simulation(
    server_app=server_app,
    client_app=client_app,
    num_supernodes=task.clients,
    backend_config={
        "client_resources": {"num_cpus": 1, "num_gpus": 0.0},
        "init_args": {"num_cpus": cores, "num_gpus": 0},
    },
)
