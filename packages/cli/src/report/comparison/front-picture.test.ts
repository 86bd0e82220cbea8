import { Window } from "happy-dom";
import { expect, test } from "vitest";
import { frontPicture } from "./front-picture.ts";

const all = [
  { name: "whole", bytes: 1e6, quality: 0.9 },
  { name: "beaten", bytes: 9e5, quality: 0.8 },
  { name: "few & good", bytes: 1e4, quality: 0.85 },
  { name: "not measured", bytes: 10, quality: null },
] as const;

test("a picture stands by itself: a namespace, colours of its own, and nothing that a page would have to bring", () => {
  const { svg } = frontPicture(all, "Accuracy against bytes");
  expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/u);
  expect(svg.match(/xmlns=/gu)).toHaveLength(1);
  expect(svg).not.toContain("var(--");
  // XML knows these five entities by name, and no others.
  expect(svg.match(/&(?!(?:amp|lt|gt|quot|apos);)[^;]*;/gu)).toBeNull();
  const { document } = new Window();
  document.body.innerHTML = svg;
  expect(document.querySelectorAll("circle")).toHaveLength(3);
  expect(document.querySelector("svg")?.getAttribute("aria-label")).toBe("Accuracy against bytes");
  const texts = [...document.querySelectorAll("text")].map(({ textContent }) => textContent);
  // Those on the front, from the fewest bytes to the most, by numbers.
  expect(texts.filter((line) => /^\d {2}/u.test(line))).toEqual(["1  few & good", "2  whole"]);
  expect(document.body.textContent).not.toContain("not measured");
});

test("points say what is on the front", () => {
  expect(frontPicture(all, "").points.map(({ name, isOnFront }) => [name, isOnFront])).toEqual([
    ["whole", true],
    ["beaten", false],
    ["few & good", true],
    ["not measured", false],
  ]);
});
