"""The task of `simulator-data.ts` for peers that train with PyTorch."""

import functools
import json
import os
import time

import numpy
import torch
from torch import nn
from torch.nn import functional

EVALUATION_ROWS = 500


class Task:
    """The settings and the examples, which stay on disk until they are used."""

    def __init__(self, folder):
        with open(os.path.join(folder, "task.json"), encoding="utf8") as file:
            self.__dict__.update(json.load(file))
        self.folder = folder
        self.features, self.labels = self._load("features"), self._load("labels")
        self.starts, self.params = self._load("starts"), self._load("params")
        self.test_features, self.test_labels = self._load("test-features"), self._load("test-labels")

    def _load(self, name):
        return numpy.load(os.path.join(self.folder, name + ".npy"), mmap_mode="r")

    def client(self, k):
        """Features in [0, 1] and labels of client k."""
        rows = slice(int(self.starts[k]), int(self.starts[k + 1]))
        return self._tensors(self.features[rows], self.labels[rows])

    def test(self):
        return self._tensors(self.test_features, self.test_labels)

    def _tensors(self, features, labels):
        shape = (-1, 1, 28, 28) if self.name == "cnn" else (-1, 784)
        scaled = torch.from_numpy(features.astype(numpy.float32) / 255).view(shape)
        return scaled, torch.from_numpy(labels.astype(numpy.int64))

    def model(self):
        """The model with its first parameters. PyTorch's layers lie in the vector as they are."""
        model = mlp() if self.name == "mlp" else cnn()
        nn.utils.vector_to_parameters(torch.from_numpy(numpy.array(self.params)), model.parameters())
        return model


@functools.lru_cache
def task_of(folder):
    """The task; read once in a process."""
    return Task(folder)


def mlp():
    return nn.Sequential(nn.Linear(784, 200), nn.ReLU(), nn.Linear(200, 200), nn.ReLU(), nn.Linear(200, 10))


def cnn():
    layers = [nn.Conv2d(1, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)]
    layers += [nn.Conv2d(32, 64, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()]
    return nn.Sequential(*layers, nn.Linear(3136, 512), nn.ReLU(), nn.Linear(512, 10))


class Batches:
    """Batches of one pass in random order, cut out of the tensors at once: as fast as PyTorch can."""

    def __init__(self, features, labels, batch_size):
        self.dataset, self.batch_size = (features, labels), batch_size

    def __iter__(self):
        features, labels = self.dataset
        for rows in torch.randperm(len(labels)).split(self.batch_size):
            yield features[rows], labels[rows]


def train(model, batches, task):
    """Plain descent for the epochs of the task."""
    descent = torch.optim.SGD(model.parameters(), lr=task.learningRate)
    for _ in range(task.epochs):
        for features, labels in batches:
            descent.zero_grad(set_to_none=True)
            functional.cross_entropy(model(features), labels).backward()
            descent.step()


class Clock:
    """Hears of the model after each round, 0 before the first; evaluates where Potluck does, and takes the time there."""

    def __init__(self, task):
        self.task, self.test, self.seconds, self.accuracy = task, task.test(), [], 0.0

    def round_ended(self, ended, model):
        if ended % self.task.rounds == 0:
            self.accuracy = accuracy(model, *self.test)
            self.seconds.append(time.perf_counter())

    def print_figures(self):
        _, middle, end = self.seconds
        print(json.dumps({"roundSeconds": (end - middle) / self.task.rounds, "accuracy": self.accuracy}), flush=True)


def accuracy(model, features, labels):
    with torch.no_grad():
        parts = zip(features.split(EVALUATION_ROWS), labels.split(EVALUATION_ROWS))
        return sum((model(x).argmax(1) == y).sum().item() for x, y in parts) / len(labels)
