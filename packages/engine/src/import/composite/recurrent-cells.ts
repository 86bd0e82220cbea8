/**
 * The cells of recurrent networks: what one step does.
 *
 * x is the input of a step, h the state before it; W and R are the weights of input and state, stacked gate by gate,
 * and b the biases. σ, φ stand for the activations of the node. With the gates in the order of the ONNX format:
 *
 *     RNN    h′ = φ(W x + R h + b)
 *     GRU    z, r = σ(W x + R h + b)     n = φ(W x + r · (R h + b))     h′ = n + z · (h − n)
 *            or, where linear_before_reset is 0,     n = φ(W x + R (r · h) + b)
 *     LSTM   i, o, f = σ(W x + R h + b)     c′ = f · c + i · φ(W x + R h + b)     h′ = o · φ(c′)
 *
 * @module
 */
import { int, intOf } from "../../graph/attributes.ts";
import type { GraphNode } from "../../graph/graph.ts";
import type { GraphBuilder } from "../../graph/graph-builder.ts";
import { misfit } from "../../graph/operator.ts";
import { equalParts, partsOfSizes } from "./parts.ts";

/** The states of one direction, each [batch, size]: h, and c where the cell has one. */
export type States = readonly string[];

/** One direction of a network. */
export interface Direction {
  readonly graph: GraphBuilder;
  readonly node: GraphNode;
  readonly hiddenSize: number;
  /** The inputs of all steps [steps · batch, inputs]. */
  readonly rows: string;
  /** [gates · size, inputs] */
  readonly weights: string;
  /** [gates · size, size] */
  readonly recurrence: string;
  /** Those of the input and those of the state, each [gates · size]; null where there are none. */
  readonly biases: readonly string[] | null;
  /** The operators of the node's activations. */
  readonly activations: readonly string[];
}

/** A direction that is ready to be unrolled. */
export interface Prepared {
  /** What is known before the first step, for all steps: [steps · batch, …]. */
  readonly inputs: readonly string[];
  /** The states after a step with these parts of the inputs, each [batch, …]. */
  readonly step: (inputs: readonly string[], states: States) => States;
}

/** A kind of recurrent network. */
export interface Cell {
  readonly name: string;
  /** At which of the node's inputs the initial value of each state is. */
  readonly states: readonly number[];
  /** The activations of a direction where the node does not name others. */
  readonly activations: readonly string[];
  readonly prepare: (direction: Direction) => Prepared;
}

const rnn: Cell = {
  name: "RNN",
  states: [5],
  activations: ["Tanh"],
  prepare: (direction) => {
    const { graph, recurrence, activations } = direction;
    return {
      inputs: [product(graph, direction.rows, direction.weights, bothBiases(direction))],
      step: ([x = ""], [h = ""]) => [activate(graph, activations[0], product(graph, h, recurrence, x))],
    };
  },
};

const lstm: Cell = {
  name: "LSTM",
  states: [5, 6],
  activations: ["Sigmoid", "Tanh", "Tanh"],
  prepare: (direction) => {
    const { graph, recurrence, hiddenSize, activations } = direction;
    return {
      inputs: [product(graph, direction.rows, direction.weights, bothBiases(direction))],
      step: ([x = ""], [h = "", c = ""]) => {
        const gates = product(graph, h, recurrence, x);
        const [open = "", candidate = ""] = partsOfSizes(graph, gates, 1, [3 * hiddenSize, hiddenSize]);
        const [i = "", o = "", f = ""] = equalParts(graph, activate(graph, activations[0], open), 1, 3);
        const kept = graph.add("Mul", [f, c]);
        const added = graph.add("Mul", [i, activate(graph, activations[1], candidate)]);
        const next = graph.add("Add", [kept, added]);
        return [graph.add("Mul", [o, activate(graph, activations[2], next)]), next];
      },
    };
  },
};

const gru: Cell = {
  name: "GRU",
  states: [5],
  activations: ["Sigmoid", "Tanh"],
  prepare: (direction) =>
    intOf(direction.node, "linear_before_reset", 0) === 0 ? gruResetFirst(direction) : gruProductFirst(direction),
};

/** The state is reset before its product is taken: n = φ(W x + R (r · h) + b). */
function gruResetFirst(direction: Direction): Prepared {
  const { graph, hiddenSize, activations } = direction;
  const cut = [2 * hiddenSize, hiddenSize];
  const [openR = "", candidateR = ""] = partsOfSizes(graph, direction.recurrence, 0, cut);
  const all = product(graph, direction.rows, direction.weights, bothBiases(direction));
  return {
    inputs: partsOfSizes(graph, all, 1, cut),
    step: ([xOpen = "", xCandidate = ""], [h = ""]) => {
      const open = activate(graph, activations[0], product(graph, h, openR, xOpen));
      const [z = "", r = ""] = equalParts(graph, open, 1, 2);
      const candidate = product(graph, graph.add("Mul", [r, h]), candidateR, xCandidate);
      return [mixed(graph, z, h, activate(graph, activations[1], candidate))];
    },
  };
}

/** The product of the state is reset: n = φ(W x + r · (R h + b)). */
function gruProductFirst(direction: Direction): Prepared {
  const { graph, hiddenSize, activations, biases } = direction;
  const cut = [2 * hiddenSize, hiddenSize];
  const all = product(graph, direction.rows, direction.weights, biases?.[0] ?? "");
  return {
    inputs: partsOfSizes(graph, all, 1, cut),
    step: ([xOpen = "", xCandidate = ""], [h = ""]) => {
      const ofState = product(graph, h, direction.recurrence, biases?.[1] ?? "");
      const [hOpen = "", hCandidate = ""] = partsOfSizes(graph, ofState, 1, cut);
      const open = activate(graph, activations[0], graph.add("Add", [xOpen, hOpen]));
      const [z = "", r = ""] = equalParts(graph, open, 1, 2);
      const candidate = graph.add("Add", [xCandidate, graph.add("Mul", [r, hCandidate])]);
      return [mixed(graph, z, h, activate(graph, activations[1], candidate))];
    },
  };
}

/** n + z · (h − n) */
function mixed(graph: GraphBuilder, z: string, h: string, n: string): string {
  return graph.add("Add", [n, graph.add("Mul", [z, graph.add("Sub", [h, n])])]);
}

/** rows · weightsᵀ + added; nothing is added where that is "". */
function product(graph: GraphBuilder, rows: string, weights: string, added: string): string {
  const factors = [rows, weights];
  return graph.add("Gemm", added === "" ? factors : [...factors, added], { transB: int(1) });
}

/** The sum of the two biases, which always come together; "" where there are none. */
function bothBiases({ graph, biases }: Direction): string {
  return biases === null ? "" : graph.add("Add", biases);
}

function activate(graph: GraphBuilder, operator: string | undefined, value: string): string {
  return graph.add(operator ?? "Identity", [value]);
}

/** The activations that take no further numbers, by their names in lower case. */
const activations: ReadonlyMap<string, string> = new Map(
  ["Sigmoid", "Tanh", "Relu", "Softsign", "Softplus"].map((name) => [name.toLowerCase(), name]),
);

/** The operator of the activation `at` of a node. Throws Fault "model-unsupported" for those with parameters. */
export function activationOf(node: GraphNode, cell: Cell, at: number): string {
  const named = node.attributes["activations"];
  const name = named?.kind === "strings" ? named.value[at] : cell.activations[at % cell.activations.length];
  const operator = activations.get(name?.toLowerCase() ?? "");
  if (operator !== undefined) return operator;
  throw misfit(node, `the activation "${name ?? ""}" is not one of ${[...activations.values()].join(", ")}`);
}

/** Every kind of recurrent network. */
export const cells: readonly Cell[] = [rnn, lstm, gru];
