"""FedJAX as a peer of the simulator: `simulator-fedjax.py FOLDER`.

FOLDER is one of `simulator-data.ts`. Clients are trained one after another, each on all cores, as FedJAX does on a CPU.
"""

import json
import os
import random
import sys
import time

import fedjax
import jax
import numpy
from jax import lax
from jax import numpy as jnp

EVALUATION_ROWS = 500

if not hasattr(jax, "tree_map"):
    # FedJAX 0.0.17 still calls it by the name that JAX has dropped since.
    jax.tree_map = jax.tree.map

folder = sys.argv[1]
with open(os.path.join(folder, "task.json"), encoding="utf8") as file:
    task = json.load(file)
stored = {
    name: numpy.load(os.path.join(folder, name + ".npy"), mmap_mode="r")
    for name in ("features", "labels", "starts", "test-features", "test-labels", "params")
}

MLP_SHAPES = [(200, 784), (200,), (200, 200), (200,), (10, 200), (10,)]
CNN_SHAPES = [(32, 1, 5, 5), (32,), (64, 32, 5, 5), (64,), (512, 3136), (512,), (10, 512), (10,)]


def first_params():
    """The first parameters, in the shapes that JAX computes with: dense (inputs, outputs), convolutions (5, 5, in, out)."""
    tensors, at = [], 0
    for shape in MLP_SHAPES if task["name"] == "mlp" else CNN_SHAPES:
        tensor = numpy.array(stored["params"][at : at + numpy.prod(shape)]).reshape(shape)
        at += tensor.size
        if shape == (512, 3136):
            # From channel, row, column to row, column, channel, as the images lie here.
            tensor = tensor.reshape(512, 64, 7, 7).transpose(0, 2, 3, 1).reshape(shape)
        tensors.append(jnp.asarray(tensor.transpose({1: (0,), 2: (1, 0), 4: (2, 3, 1, 0)}[len(shape)])))
    return tensors


def pool(x):
    return lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")


def convolve(x, weight, bias):
    return pool(jax.nn.relu(lax.conv_general_dilated(x, weight, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")) + bias))


def scores(params, features):
    x = features.astype(jnp.float32) / 255
    if task["name"] == "cnn":
        x = x.reshape(-1, 28, 28, 1)
        for weight, bias in (params[0:2], params[2:4]):
            x = convolve(x, weight, bias)
        x, params = x.reshape(x.shape[0], -1), params[4:]
    for at in range(0, len(params), 2):
        x = x @ params[at] + params[at + 1]
        x = jax.nn.relu(x) if at < len(params) - 2 else x
    return x


def loss(params, batch, rng):
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(scores(params, batch["x"])), batch["y"][:, None], axis=1))


hits = jax.jit(lambda params, x, y: jnp.sum(jnp.argmax(scores(params, x), axis=1) == y))


def accuracy(params):
    features, labels = stored["test-features"], stored["test-labels"]
    parts = range(0, len(labels), EVALUATION_ROWS)
    return sum(int(hits(params, features[i : i + EVALUATION_ROWS], labels[i : i + EVALUATION_ROWS])) for i in parts) / len(labels)


def client(k):
    rows = slice(int(stored["starts"][k]), int(stored["starts"][k + 1]))
    examples = {"x": numpy.array(stored["features"][rows]), "y": stored["labels"][rows].astype(numpy.int32)}
    return fedjax.ClientDataset(examples)


algorithm = fedjax.algorithms.fed_avg.federated_averaging(
    jax.grad(loss),
    fedjax.optimizers.sgd(task["learningRate"]),
    fedjax.optimizers.sgd(1.0),
    fedjax.ShuffleRepeatBatchHParams(batch_size=task["batchSize"], num_epochs=task["epochs"]),
)
clients = [client(k) for k in range(task["clients"])]
state, seconds, key = algorithm.init(first_params()), [], jax.random.PRNGKey(1)
for ended in range(2 * task["rounds"] + 1):
    if ended > 0:
        cohort = random.sample(range(task["clients"]), task["cohort"])
        key, *keys = jax.random.split(key, task["cohort"] + 1)
        state, _ = algorithm.apply(state, [(str(k), clients[k], rng) for k, rng in zip(cohort, keys)])
    if ended % task["rounds"] == 0:
        reached = accuracy(state.params)
        seconds.append(time.perf_counter())
_, middle, end = seconds
print(json.dumps({"roundSeconds": (end - middle) / task["rounds"], "accuracy": reached}))
