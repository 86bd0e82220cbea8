"""PyTorch as a peer of the engine: takes steps of plain descent on one CPU thread.

Reads lines "MODEL STEPS" and answers each with a line once the steps are done. The models and batches are those of
`engine-tasks.ts`; the numbers in them are made up here as there, since only the time counts.
"""

import sys

import torch
from torch import nn
from torch.nn import functional

torch.set_num_threads(1)
torch.manual_seed(1)

BATCH = 32
GPT_BATCH, CONTEXT, VOCABULARY, WIDTH, LAYERS, HEADS = 16, 64, 65, 128, 4, 4


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.attention, self.projection = nn.Linear(WIDTH, 3 * WIDTH, bias=False), nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x):
        batch, time, _ = x.shape
        parts = self.attention(self.norm1(x)).split(WIDTH, dim=2)
        q, k, v = (part.view(batch, time, HEADS, -1).transpose(1, 2) for part in parts)
        mixed = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.projection(mixed.transpose(1, 2).reshape(batch, time, WIDTH))
        return x + self.down(functional.gelu(self.up(self.norm2(x))))


class Gpt(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens, self.places = nn.Embedding(VOCABULARY, WIDTH), nn.Embedding(CONTEXT, WIDTH)
        self.blocks, self.norm = nn.Sequential(*(Block() for _ in range(LAYERS))), nn.LayerNorm(WIDTH)

    def forward(self, tokens):
        x = self.tokens(tokens) + self.places(torch.arange(CONTEXT))
        return self.norm(self.blocks(x)) @ self.tokens.weight.T


def mlp():
    layers = [nn.Linear(784, 200), nn.ReLU(), nn.Linear(200, 200), nn.ReLU(), nn.Linear(200, 10)]
    return nn.Sequential(*layers), torch.rand(BATCH, 784), torch.arange(BATCH) % 10


def cnn():
    layers = [nn.Conv2d(1, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)]
    layers += [nn.Conv2d(32, 64, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()]
    layers += [nn.Linear(3136, 512), nn.ReLU(), nn.Linear(512, 10)]
    return nn.Sequential(*layers), torch.rand(BATCH, 1, 28, 28), torch.arange(BATCH) % 10


def gpt():
    tokens = torch.randint(0, VOCABULARY, (GPT_BATCH, CONTEXT))
    return Gpt(), tokens, tokens.roll(-1, 1)


def steps_of(model, inputs, targets):
    descent = torch.optim.SGD(model.parameters(), lr=0.05)

    def step():
        descent.zero_grad(set_to_none=True)
        scores = model(inputs)
        functional.cross_entropy(scores.flatten(0, -2), targets.flatten()).backward()
        descent.step()

    return step


peers = {"mlp": steps_of(*mlp()), "cnn": steps_of(*cnn()), "gpt": steps_of(*gpt())}
print(torch.__version__, flush=True)
for line in sys.stdin:
    name, steps = line.split()
    for _ in range(int(steps)):
        peers[name]()
    print("done", flush=True)
