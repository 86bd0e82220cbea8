/**
 * Recurrent layers: LSTM and GRU over sequences, several on top of each other.
 *
 * Parameters are those of PyTorch's modules, of the k-th layer "weight_ih_lk", "weight_hh_lk", "bias_ih_lk" and
 * "bias_hh_lk", with the gates in PyTorch's order; the graph brings them into that of ONNX. All start uniform in
 * (−1 ÷ √units, 1 ÷ √units), as there, and all sequences start from zeros.
 *
 * Hochreiter, Schmidhuber, "Long Short-Term Memory", Neural Computation 9(8), 1997,
 * https://doi.org/10.1162/neco.1997.9.8.1735. Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder
 * for Statistical Machine Translation", EMNLP 2014, https://arxiv.org/abs/1406.1078
 *
 * @module
 */
import { type Attributes, int, ints } from "../graph/attributes.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { int64List } from "../graph/tensors.ts";
import { equalParts } from "../import/composite/parts.ts";
import { MAX_RECURRENT_STEPS } from "../import/composite/recurrent.ts";
import { checkSize } from "./checks.ts";
import { uniformValues } from "./initial-values.ts";
import { type Layer, type LayerPlace, sequenceSizes } from "./layer.ts";

/** Options of {@link lstm} and {@link gru}. */
export interface RecurrentOptions {
  /** The size of the state, from 1 to `MAX_PARAMETERS`. */
  readonly units: number;
  /** How many layers are on top of each other, ≥ 1; 1 unless given. */
  readonly layers?: number;
  /** Whether the states of all places come out, which is the default, or that after the last one. */
  readonly states?: "all" | "last";
}

/** Long short-term memory: [batch, places, width] becomes [batch, places, units] or [batch, units]. Throws Fault "option-invalid". */
export function lstm(options: RecurrentOptions): Layer {
  return recurrent({ kind: "lstm", operator: "LSTM", order: [0, 3, 1, 2], attributes: {} }, options);
}

/** Gated recurrent units: [batch, places, width] becomes [batch, places, units] or [batch, units]. Throws Fault "option-invalid". */
export function gru(options: RecurrentOptions): Layer {
  return recurrent(
    { kind: "gru", operator: "GRU", order: [1, 0, 2], attributes: { linear_before_reset: int(1) } },
    options,
  );
}

interface Kind {
  readonly kind: string;
  readonly operator: string;
  /** Which of PyTorch's gates is the first, second, … of ONNX. */
  readonly order: readonly number[];
  readonly attributes: Attributes;
}

function recurrent(kind: Kind, { units, layers = 1, states = "all" }: RecurrentOptions): Layer {
  checkSize(kind.kind, "units", units);
  checkSize(kind.kind, "layers", layers);
  return {
    kind: kind.kind,
    append: (place) => {
      const { graph, input, name, output } = place;
      const [steps, width] = sequenceSizes(place);
      checkSize(`layer "${name}"`, "the number of places", steps, [1, MAX_RECURRENT_STEPS]);
      const bySteps = graph.add("Transpose", [input], { perm: ints([1, 0, 2]) });
      const last = Array.from({ length: layers }).reduce<States>(
        ({ all }, _, at) => appendLayer(place, { kind, at, units, inputs: at === 0 ? width : units, steps }, all),
        { all: bySteps, last: "" },
      );
      if (states === "all") return graph.add("Transpose", [last.all], { perm: ints([1, 0, 2]) }, output);
      return graph.add("Squeeze", [last.last, graph.constant(int64List([0]))], {}, output);
    },
  };
}

/** One of the layers on top of each other. */
interface Level {
  readonly kind: Kind;
  readonly at: number;
  readonly units: number;
  readonly inputs: number;
  readonly steps: number;
}

/** The states of all places, [places, batch, units], and those after the last, [1, batch, units]. */
interface States {
  readonly all: string;
  readonly last: string;
}

function appendLayer(place: LayerPlace, { kind, at, units, inputs, steps }: Level, input: string): States {
  const { graph, parameter } = place;
  const values = uniformValues(1 / Math.sqrt(units));
  const rows = kind.order.length * units;
  const declare = (stem: string, shape: readonly number[]): string =>
    inOrder(graph, kind, parameter(`${stem}_l${at}`, shape, values));
  const [weight, recurrence] = [declare("weight_ih", [rows, inputs]), declare("weight_hh", [rows, units])];
  const biases = [declare("bias_ih", [rows]), declare("bias_hh", [rows])];
  const forward = graph.constant(int64List([0]));
  const operands = [weight, recurrence, graph.add("Concat", biases, { axis: int(0) })];
  const stacked = operands.map((operand) => graph.add("Unsqueeze", [operand, forward]));
  const [all, last] = [graph.fresh(kind.operator), graph.fresh(`${kind.operator}.last`)];
  const [, batch = ""] = graph.typeOf(input).shape;
  const attributes = { ...kind.attributes, hidden_size: int(units) };
  const inputsOfNode = [input, ...stacked];
  graph.append(
    { name: all, operator: kind.operator, domain: "", inputs: inputsOfNode, outputs: [all, last], attributes },
    [
      { dataType: "float32", shape: [steps, 1, batch, units] },
      { dataType: "float32", shape: [1, batch, units] },
    ],
  );
  return { all: graph.add("Squeeze", [all, graph.constant(int64List([1]))]), last };
}

/** The rows of a parameter, gate by gate, in the order of ONNX. */
function inOrder(graph: GraphBuilder, { order }: Kind, parameter: string): string {
  const gates = equalParts(graph, parameter, 0, order.length);
  return graph.add(
    "Concat",
    order.map((gate) => gates[gate] ?? ""),
    { axis: int(0) },
  );
}
