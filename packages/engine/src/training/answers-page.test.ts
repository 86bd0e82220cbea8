import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  catalogue,
  chosenWork,
  codecFor,
  fold,
  integerStream,
  type Key,
  layoutOf,
  makePart,
  permutation,
  uniformStream,
  uploadKey,
  type Work,
  wordStream,
} from "@potluck/core";
import { expect, test } from "vitest";
import { planBatches } from "./batches.ts";

const page = readFileSync(join(import.meta.dirname, "../../../../docs/reference/answers.md"), "utf8");

/** The rows of the only table of the page whose first column is called that, without the backticks of cells. */
function rowsOf(heading: string): readonly (readonly string[])[] {
  const tables = page.split("\n\n").map((block) => block.split("\n").map(cellsOf));
  const found = tables.filter(([head = []]) => head[0] === heading);
  expect(found.length).toBe(1);
  return (found[0] ?? []).slice(2);
}

function cellsOf(line: string): readonly string[] {
  const cells = line.split("|").slice(1, -1);
  return cells.map((cell) => cell.trim().replace(/^`(.*)`$/u, "$1"));
}

const key: Key = { high: 1, low: 2 };
const anchor = new Float32Array(8).fill(1);
const trained = Float32Array.of(1.5, 0.75, 1, 2, -1, 1.125, 1.75, 0);
const layout = layoutOf([
  { name: "weight", shape: [2, 3] },
  { name: "bias", shape: [2] },
]);

/** A part as scenarios have it in JSON. */
function referenceIn(json: string): { readonly name: string; readonly options: Readonly<Record<string, unknown>> } {
  const { name, ...options }: { readonly name: string } = JSON.parse(json);
  return { name, options };
}

/** The message of a codec that is given as in JSON. */
function messageOf(part: string, x: Float32Array, from: Float32Array | null = null): string {
  const codec = codecFor(makePart("codec", catalogue.codec, referenceIn(part)), { version: 0, layout });
  return hexOf(codec.encode(x, from, uploadKey(key)));
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

test("every codec is there", () => {
  const named = rowsOf("codec").map(([part = ""]) => referenceIn(part).name);
  const all = Object.values(catalogue.codec).map(({ definition }) => definition.name);
  expect([...new Set(named)].toSorted()).toEqual(all.toSorted());
});

test.each(rowsOf("codec"))("message: %s", (part = "", message = "") => {
  expect(messageOf(part, trained, anchor)).toBe(message);
});

test.each(rowsOf("d"))("block: of %s numbers %s", (length = "", indices = "", block = "") => {
  const x = new Float32Array(Number(length));
  const places = indices.split(", ").map(Number);
  for (const place of places) x[place] = 1;
  const sent = messageOf(JSON.stringify({ name: "top-k", ratio: places.length / x.length }), x);
  expect(sent).toBe(block + "0000803f".repeat(places.length));
});

test("entropy, coded", () => {
  const x = Float32Array.from({ length: 64 }, (_, i) => (i % 7 === 0 ? 1 : 0));
  const [, example = ""] = /else 0: `(\w+)`/u.exec(page) ?? [];
  expect(messageOf('{ "name": "entropy", "codec": { "name": "float16" } }', x)).toBe(example);
});

function wordsOf({ high, low }: Key): string {
  return [high, low].map((word) => word.toString(16).padStart(8, "0")).join(" ");
}

function keyIn(text: string): Key {
  const [high = 0, low = 0] = text.split(" ").map((word) => Number.parseInt(word, 16));
  return { high, low };
}

/** What comes of drawing so often. */
function drawn(times: number, draw: () => number | string): string {
  return Array.from({ length: times }, draw).join(" ");
}

/** What a draw gives under a key, by what the page calls it. */
const draws: Readonly<Record<string, (own: Key) => string>> = {
  "fold(0)": (own) => wordsOf(fold(own, 0)),
  "fold(7)": (own) => wordsOf(fold(own, 7)),
  "fold(4294967303)": (own) => wordsOf(fold(own, 4294967303)),
  'fold("upload")': (own) => wordsOf(uploadKey(own)),
  'fold("seeds")': (own) => wordsOf(fold(own, "seeds")),
  words: (own) => {
    const word = wordStream(own);
    return drawn(4, () => word().toString(16).padStart(8, "0"));
  },
  "uniform, twice": (own) => drawn(2, uniformStream(own)),
  "below(10), eight times": (own) => {
    const below = integerStream(own);
    return drawn(8, () => below(10));
  },
  "permutation(10)": (own) => permutation(own, 10).join(" "),
  // The numbers at the places that are drawn say where they stood.
  "places(3, 10)": (own) => {
    const codec = makePart("codec", catalogue.codec, { name: "rand-k", options: { ratio: 0.3 } });
    const message = codec.encode(
      Float32Array.from({ length: 10 }, (_, i) => i),
      null,
      own,
    );
    return new Float32Array(message.slice().buffer).join(" ");
  },
};

test.each(rowsOf("draw"))("draw: %s under %s", (what = "", under = "", gives = "") => {
  expect(draws[what]?.(keyIn(under))).toBe(gives);
});

test.each(rowsOf("work, with five examples under `00000001 00000002`"))("batches: %s", (given = "", batches = "") => {
  const work: Work = JSON.parse(given);
  const { order, starts, ends } = planBatches(key, 5, chosenWork({ work, key }));
  const all = Array.from(starts, (start, step) => order.slice(Number(start), Number(ends[step])).join(" "));
  expect(all.join(", ")).toBe(batches);
});
