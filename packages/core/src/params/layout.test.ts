import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { elementCount, layoutLength, layoutOf, tensorOf } from "./layout.ts";

const shape = fc.array(fc.nat({ max: 4 }), { maxLength: 4 });
const tensors = fc
  .array(shape, { maxLength: 6 })
  .map((shapes) => shapes.map((dimensions, i) => ({ name: `tensor ${i}`, shape: dimensions })));

describe("a layout", () => {
  test("puts tensors one after another, without gaps, in their order", () => {
    fc.assert(
      fc.property(tensors, (given) => {
        const layout = layoutOf(given);
        expect(layout.map(({ name, shape: dimensions }) => ({ name, shape: dimensions }))).toEqual(given);
        const ends = layout.map(({ offset, length }) => offset + length);
        expect(layout.map(({ offset }) => offset)).toEqual([0, ...ends].slice(0, layout.length));
        expect(layout.map(({ length }) => length)).toEqual(given.map((tensor) => elementCount(tensor.shape)));
        expect(layoutLength(layout)).toBe(ends.at(-1) ?? 0);
      }),
    );
  });

  test("covers every element of the vector exactly once", () => {
    fc.assert(
      fc.property(tensors, (given) => {
        const layout = layoutOf(given);
        const values = new Float32Array(layoutLength(layout));
        for (const slot of layout) {
          const tensor = tensorOf(values, slot);
          for (let i = 0; i < tensor.length; i++) tensor[i] = (tensor[i] ?? 0) + 1;
        }
        expect(values.every((times) => times === 1)).toBe(true);
      }),
    );
  });

  test("does not follow later changes of the shapes it was made from", () => {
    const dimensions = [2, 3];
    const [slot] = layoutOf([{ name: "w", shape: dimensions }]);
    dimensions[0] = 7;
    expect(slot).toEqual({ name: "w", shape: [2, 3], offset: 0, length: 6 });
  });

  test("of a dense layer by hand: 3 × 2 weights, then 2 biases, then a scalar", () => {
    const layout = layoutOf([
      { name: "weight", shape: [3, 2] },
      { name: "bias", shape: [2] },
      { name: "scale", shape: [] },
    ]);
    expect(layout.map(({ offset, length }) => [offset, length])).toEqual([
      [0, 6],
      [6, 2],
      [8, 1],
    ]);
  });

  test("refuses a name that occurs twice", () => {
    expect(() =>
      layoutOf([
        { name: "w", shape: [1] },
        { name: "w", shape: [2] },
      ]),
    ).toThrow('got "w" twice');
  });

  test.each([[[-1]], [[1.5]], [[2, Number.NaN]], [[Infinity]]])("refuses the shape %j", (dimensions) => {
    expect(() => layoutOf([{ name: "w", shape: dimensions }])).toThrow("whole dimensions ≥ 0");
  });
});

test("a tensor is a view: what is written to it is in the vector", () => {
  const values = Float32Array.of(1, 2, 3);
  tensorOf(values, { name: "w", shape: [2], offset: 1, length: 2 }).fill(9);
  expect(values).toEqual(Float32Array.of(1, 9, 9));
});
