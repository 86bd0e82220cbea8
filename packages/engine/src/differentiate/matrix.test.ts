import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { float, int } from "../graph/attributes.ts";
import { einsumOperators } from "../graph/operators/einsum.ts";
import { matrixOperators } from "../graph/operators/matrix.ts";
import { type GradientCheck, gradientError } from "./check-gradient.ts";
import { on, testGradients } from "./operator-checks.ts";

type Shape = readonly number[];

/** A product along batch axes, of the shapes that are given. */
const product = (a: Shape, b: Shape): GradientCheck => on("MatMul", [a, b]);

function einsum(equation: string, ...shapes: readonly Shape[]): GradientCheck {
  return on("Einsum", shapes, { equation: { kind: "string", value: equation } });
}

describe("products of matrices", () => {
  testGradients(matrixOperators, {
    Gemm: [
      on("Gemm", [[3, 4], [4, 2], [2]]),
      on("Gemm", [
        [3, 4],
        [4, 2],
      ]),
      on("Gemm", [[4, 3], [2, 4], []], { transA: int(1), transB: int(1), alpha: float(0.5), beta: float(2) }),
      on(
        "Gemm",
        [
          [4, 3],
          [4, 2],
          [3, 1],
        ],
        { transA: int(1), alpha: float(-1) },
      ),
    ],
    MatMul: [
      product([3, 4], [4, 2]),
      product([2, 3, 4], [4, 2]),
      product([2, 2, 2, 3], [3, 2]),
      product([2, 3, 4], [2, 4, 2]),
      product([2, 2, 2, 3], [2, 1, 3, 2]),
      product([2, 3, 4], [1, 4, 2]),
      product([3, 4], [2, 4, 2]),
      product([4], [4]),
      product([4], [4, 2]),
      product([3, 4], [4]),
      product([2, 3, 4], [4]),
      product([3], [2, 3, 2]),
    ],
  });

  test("a Gemm has any sizes and transpositions", async () => {
    const size = fc.integer({ min: 1, max: 4 });
    const shapes = fc.tuple(size, size, size, fc.boolean(), fc.boolean(), fc.boolean());
    await fc.assert(
      fc.asyncProperty(shapes, async ([rows, inner, columns, transA, transB, wide]) => {
        const a = transA ? [inner, rows] : [rows, inner];
        const b = transB ? [columns, inner] : [inner, columns];
        const attributes = { transA: int(transA ? 1 : 0), transB: int(transB ? 1 : 0) };
        const check = on("Gemm", [a, b, wide ? [rows, columns] : [columns]], attributes);
        expect(await gradientError(check)).toBeLessThan(1e-8);
      }),
      { numRuns: 25 },
    );
  });

  test("any batch axes broadcast", async () => {
    const axis = fc.tuple(fc.integer({ min: 1, max: 2 }), fc.constantFrom("both", "left", "right"));
    const cases = fc.tuple(fc.array(axis, { maxLength: 2 }), fc.nat(2), fc.nat(2));
    await fc.assert(
      fc.asyncProperty(cases, async ([axes, cutLeft, cutRight]) => {
        const left = axes.map(([length, side]) => (side === "right" ? 1 : length)).slice(cutLeft);
        const right = axes.map(([length, side]) => (side === "left" ? 1 : length)).slice(cutRight);
        expect(await gradientError(product([...left, 2, 3], [...right, 3, 2]))).toBeLessThan(1e-8);
      }),
      { numRuns: 20 },
    );
  });
});

describe("sums of products by letters", () => {
  testGradients(einsumOperators, {
    Einsum: [
      einsum("ij,jk->ik", [2, 3], [3, 2]),
      einsum("bhid,bhjd->bhij", [1, 2, 2, 3], [1, 2, 2, 3]),
      einsum("ij,kj", [2, 3], [2, 3]),
      einsum("ijk->ki", [2, 3, 2]),
      einsum("ij->", [2, 3]),
      einsum("i,j,jk->ik", [2], [3], [3, 2]),
    ],
  });
});
