import { describe, expect, test } from "vitest";
import { gradientError } from "../../differentiate/check-gradient.ts";
import { type Attributes, float, int } from "../../graph/attributes.ts";
import type { Dimension } from "../../graph/graph.ts";
import {
  appended,
  booleanSample,
  importError,
  modelOf,
  nodeOf,
  normalSample,
  type Sample,
  type Samples,
} from "../check-rewrite.ts";
import { expanded } from "../rewrite.ts";

const TOLERANCE = 3e-6;

/** A use of attention on queries, keys and values of these shapes, with a mask or without. */
interface Use {
  readonly q: readonly number[];
  readonly k: readonly number[];
  readonly v: readonly number[];
  readonly mask?: Sample;
  readonly attributes?: Attributes;
  readonly operatorSet?: number;
}

const four = { q: [2, 3, 4, 5], k: [2, 3, 6, 5], v: [2, 3, 6, 7] };
const three = { q: [2, 4, 12], k: [2, 4, 12], v: [2, 4, 12] };
const heads = { q_num_heads: int(3), kv_num_heads: int(3) };
/** Of the second query no key may be seen. */
const booleans = booleanSample(
  [4, 6],
  Array.from({ length: 24 }, (_, i) => i % 3 !== 0 && Math.floor(i / 6) !== 1),
);

const uses: Readonly<Record<string, Use>> = {
  "with heads as an axis": four,
  "with heads side by side": { ...three, attributes: heads },
  causal: { ...three, attributes: { ...heads, is_causal: int(1) } },
  "causal over more keys than queries": { ...four, attributes: { is_causal: int(1) }, operatorSet: 25 },
  "with another scale": { ...four, attributes: { scale: float(0.3) } },
  "with soft-capped scores": { ...four, attributes: { softcap: float(0.8) } },
  "with a mask of truth values": { ...four, mask: booleans },
  "with a mask of truth values, causal": { ...four, mask: booleans, attributes: { is_causal: int(1) } },
  "with a mask for each head": { ...four, mask: normalSample("mask", [2, 3, 4, 6]) },
  "with a mask of numbers, causal": { ...four, mask: normalSample("m", [4, 6]), attributes: { is_causal: int(1) } },
  "with shared heads of keys": { ...four, q: [2, 6, 4, 5] },
  "with one head of keys": {
    q: [2, 4, 12],
    k: [2, 4, 3],
    v: [2, 4, 2],
    attributes: { q_num_heads: int(4), kv_num_heads: int(1), is_causal: int(1) },
  },
};

function partsOf({ q, k, v, mask, attributes = {}, operatorSet = 23 }: Use): Parameters<typeof importError>[0] {
  const arrays = { q: normalSample("q", q), k: normalSample("k", k), v: normalSample("v", v) };
  const inputs: Samples = mask === undefined ? arrays : { ...arrays, mask };
  const nodes = [nodeOf("Attention", Object.keys(inputs), ["y"], attributes)];
  return { operatorSet, inputs, nodes, outputs: ["y"] };
}

describe("attention", () => {
  test.each(Object.entries(uses))("%s gives what ONNX Runtime gives", async (_, use) => {
    expect(await importError(partsOf(use))).toBeLessThan(TOLERANCE);
  });

  test.each(["with heads as an axis", "causal", "with shared heads of keys"])(
    "%s gives the same where batch and time are not known before",
    async (name) => {
      const use = uses[name] ?? four;
      const unknown = (shape: readonly number[], time: string): readonly Dimension[] =>
        shape.map((size, axis) => (axis === 0 ? "batch" : axis === shape.length - 2 ? time : size));
      const shapes = { q: unknown(use.q, "queries"), k: unknown(use.k, "keys"), v: unknown(use.v, "keys") };
      expect(await importError({ ...partsOf(use), shapes })).toBeLessThan(TOLERANCE);
    },
  );

  test.each(Object.entries(uses))("%s has the gradient that central differences give", async (_, use) => {
    const { q, k, v, mask, attributes = {} } = use;
    const floats = mask?.dataType === "float32" ? { mask: mask.shape } : {};
    const error = await gradientError({
      inputs: { q, k, v, ...floats },
      build: (graph) => {
        const truths = mask?.dataType === "bool" ? [graph.constant(tensorOfMask(mask))] : Object.keys(floats);
        return appended(graph, nodeOf("Attention", ["q", "k", "v", ...truths], ["y"], attributes))[0] ?? "";
      },
    });
    expect(error).toBeLessThan(1e-8);
  });
});

function tensorOfMask({ shape, values }: Sample): {
  readonly dataType: "bool";
  readonly shape: readonly number[];
  readonly values: Uint8Array;
} {
  return { dataType: "bool", shape, values: Uint8Array.from(values) };
}

/** A use that is refused, and what the message says of it. */
interface Refused {
  readonly what: string;
  readonly inputs?: Samples;
  readonly further?: readonly string[];
  readonly outputs?: readonly string[];
  readonly attributes?: Attributes;
}

describe("what attention does in generating text is refused by name", () => {
  const past = { past: normalSample("past", [2, 3, 1, 5]) };
  const counts: Samples = { counts: { dataType: "int64", shape: [2], values: [1, 2] } };
  const short = {
    short: booleanSample(
      [4, 4],
      Array.from({ length: 16 }, () => true),
    ),
  };
  const refused: readonly Refused[] = [
    { what: "keys and values of the past", inputs: past, further: ["", "past", "past"] },
    { what: "keys and values of the past", outputs: ["y", "k2", "v2"] },
    { what: "numbers of keys by example", inputs: counts, further: ["", "", "", "counts"] },
    { what: "the products of queries and keys", outputs: ["y", "", "", "products"] },
    { what: "attention windows", attributes: { left_window_size: int(2) } },
    { what: "a mask over 4 of 6 keys", inputs: short, further: ["short"] },
  ];

  test.each(refused)("$what", ({ what, inputs = {}, further = [], outputs = ["y"], attributes = {} }) => {
    const { inputs: arrays } = partsOf(four);
    const nodes = [nodeOf("Attention", ["q", "k", "v", ...further], outputs, attributes)];
    const model = modelOf({ operatorSet: 24, inputs: { ...arrays, ...inputs }, nodes, outputs: ["y"] });
    expect(() => expanded(model)).toThrow(`node "y" (Attention): ${what}`);
  });

  test.each([
    [{ ...three, attributes: {} }, "an input [2, 4, 12] has no 0 heads"],
    [{ ...four, q: [2, 4, 4, 5] }, "4 heads of queries cannot share 3 heads of keys"],
  ] as const)("%o", (use, message) => {
    expect(() => expanded(modelOf(partsOf(use)))).toThrow(message);
  });
});
