import { describe, expect, test } from "vitest";
import { ints } from "../graph/attributes.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import type { Operator } from "../graph/operator.ts";
import { activationOperators } from "../graph/operators/activations.ts";
import { arithmeticOperators } from "../graph/operators/arithmetic.ts";
import { broadcastingOperators } from "../graph/operators/broadcasting.ts";
import { classificationOperators } from "../graph/operators/classification.ts";
import { comparisonOperators } from "../graph/operators/comparison.ts";
import { convolutionOperators } from "../graph/operators/convolution.ts";
import { einsumOperators } from "../graph/operators/einsum.ts";
import { elementwiseOperators } from "../graph/operators/elementwise.ts";
import { extremeOperators } from "../graph/operators/extremes.ts";
import { identityOperators } from "../graph/operators/identity.ts";
import { indexingOperators } from "../graph/operators/indexing.ts";
import { joiningOperators } from "../graph/operators/joining.ts";
import { layerNormalisationOperators } from "../graph/operators/layer-normalisation.ts";
import { layoutOperators } from "../graph/operators/layout.ts";
import { matrixOperators } from "../graph/operators/matrix.ts";
import { normalisationOperators } from "../graph/operators/normalisation.ts";
import { orderingOperators } from "../graph/operators/ordering.ts";
import { paddingOperators } from "../graph/operators/padding.ts";
import { poolingOperators } from "../graph/operators/pooling.ts";
import { powerOperators } from "../graph/operators/powers.ts";
import { rectifierOperators } from "../graph/operators/rectifiers.ts";
import { reductionOperators } from "../graph/operators/reduction.ts";
import { operators } from "../graph/operators/registry.ts";
import { slicingOperators } from "../graph/operators/slicing.ts";
import { trigonometryOperators } from "../graph/operators/trigonometry.ts";
import { gradientError } from "./check-gradient.ts";
import { gradientOfSquare } from "./operator-checks.ts";

/** The families that have test files of their own, where a test says that each of their operators is checked. */
const families: ReadonlySet<Operator> = new Set([
  ...activationOperators,
  ...arithmeticOperators,
  ...broadcastingOperators,
  ...classificationOperators,
  ...comparisonOperators,
  ...convolutionOperators,
  ...einsumOperators,
  ...elementwiseOperators,
  ...extremeOperators,
  ...identityOperators,
  ...indexingOperators,
  ...joiningOperators,
  ...layerNormalisationOperators,
  ...layoutOperators,
  ...matrixOperators,
  ...normalisationOperators,
  ...orderingOperators,
  ...paddingOperators,
  ...poolingOperators,
  ...powerOperators,
  ...rectifierOperators,
  ...reductionOperators,
  ...slicingOperators,
  ...trigonometryOperators,
]);

test("every operator that has a gradient rule belongs to a family that is tested", () => {
  const ruled = operators.filter(({ gradient }) => typeof gradient === "function");
  expect(ruled.filter((operator) => !families.has(operator)).map(({ name }) => name)).toEqual([]);
});

describe("gradients of gradients of a network", () => {
  test.each(["b", "c"])("a convolution, a maximum and a product, first with respect to %s", async (input) => {
    const network = (graph: GraphBuilder): string => {
      const attributes = { kernel_shape: ints([2, 2]), strides: ints([2, 2]) };
      const pooled = graph.add("MaxPool", [graph.add("Conv", ["a", "b"])], attributes);
      return graph.add("Gemm", [graph.add("Flatten", [pooled]), "c"]);
    };
    const inputs = { a: [2, 1, 5, 5], b: [2, 1, 2, 2], c: [8, 2] };
    const build = gradientOfSquare(network, input);
    // Rounding alone: 2^-24 of sums of about 30, divided by the step, is 5e-4.
    expect(await gradientError({ inputs, build, precision: "float32", step: 1 / 256 })).toBeLessThan(5e-4);
  });
});
