import { expect, test } from "vitest";
import type { MathNode } from "../../api/math-node.ts";
import type { Mark } from "../../api/reproduction.ts";
import { scaleOf } from "./dot-scale.ts";
import { apart } from "./equation-parts.ts";

const letter = (text: string): MathNode => ({ tag: "mi", text });

test("an equation may be broken where wide spaces are, and nowhere else", () => {
  const row: MathNode = {
    tag: "mrow",
    children: [
      letter("a"),
      { tag: "mspace", form: "thin" },
      letter("b"),
      { tag: "mspace", form: "widest" },
      letter("c"),
    ],
  };
  expect(apart(row).map(({ children }) => children?.map(({ text }) => text))).toEqual([["a", undefined, "b"], ["c"]]);
  expect(apart(letter("a"))).toEqual([letter("a")]);
});

test("a plot reaches from the lowest end to the highest, and has none where nothing has a mean", () => {
  const mark = (mean: number | null, deviation: number | null): Mark => ({ arm: "", text: "", mean, deviation });
  const at = scaleOf([mark(1, 0.5), mark(null, null), mark(3, 1)]);
  expect([at?.(0.5), at?.(2.25), at?.(4)]).toEqual([8, 120, 232]);
  expect(scaleOf([mark(null, null)])).toBeNull();
  expect(scaleOf([mark(2, 0)])?.(2)).toBe(120);
});
