import type { MathNode } from "@potluck/studio";
import { expect, test } from "vitest";
import { mathOf } from "./tex.ts";

/** Elements as a short text: `msub(x k)`. */
function short({ tag, form, text, children = [] }: MathNode): string {
  if (tag === "mspace") return `~${form}`;
  if (children.length === 0) return form === undefined ? String(text) : `${text}:${form}`;
  return `${form ?? tag}(${children.map(short).join(" ")})`;
}

test.each([
  ["x_k^2", "msubsup(x k 2)"],
  ["x'", "msup(x ′)"],
  ["-1.5", "mrow(− 1.5)"],
  ["(a)", "mrow((:plain a ):plain)"],
  ["\\left( a \\right)", "mrow((:tall a ):tall)"],
  ["\\frac{a}{b + 1}", "mfrac(a mrow(b + 1))"],
  ["\\sqrt{v}", "msqrt(v)"],
  ["\\sum_{k=1}^K \\Delta_k", "mrow(munderover(∑ mrow(k = 1) K) msub(Δ k))"],
  ["\\min_i a", "mrow(munder(min i) a)"],
  ["\\bar\\Delta", "accent(Δ ¯)"],
  ["\\ln x", "mrow(ln ~thin x)"],
  ["a \\, b \\! c \\qquad d", "mrow(a ~thin b c ~widest d)"],
  ["\\text{for } K", "mrow(for\u00A0 K)"],
  ["\\operatorname{sign}(x)", "mrow(sign (:plain x ):plain)"],
  ["\\underset{D}{\\arg\\min}", "munder(mrow(arg ~thin min) D)"],
  [
    "\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}",
    "aligned(mtr(mtd(a) mtd(mrow(= b))) mtr(mtd(c) mtd(mrow(= d))))",
  ],
  ["\\begin{cases} 1 & x \\\\ 0 & y \\end{cases}", "cases(mtr(mtd(1) mtd(x)) mtr(mtd(0) mtd(y)))"],
])("%s becomes elements", (tex, elements) => {
  expect(short(mathOf(tex))).toBe(elements);
});

test.each(["\\unheard", "}", "{a", "#", "\\left a", "\\begin{matrix} a \\end{matrix}", "\\begin{cases} a"])(
  "%s is not understood",
  (tex) => {
    expect(() => mathOf(tex)).toThrow(TypeError);
  },
);
