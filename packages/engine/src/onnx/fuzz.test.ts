import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Fault, rootKey, uniformStream } from "@potluck/core";
import { expect, test } from "vitest";
import { readModel } from "./read.ts";

const MUTATED_FILES = 100_000;
const SECONDS_AT_MOST = 60;

/** A small file with nodes, attributes, initializers and named dimensions. */
const original = new Uint8Array(readFileSync(join(import.meta.dirname, "../../fixtures/logistic-regression.onnx")));

/** `original` with some bytes changed, cut out, doubled, or cut off, as `draw` decides. */
function mutated(draw: () => number): Uint8Array {
  const place = (): number => Math.floor(draw() * original.length);
  const kind = draw();
  const [start = 0, end = 0] = [place(), place()].toSorted((a, b) => a - b);
  if (kind < 0.15) return original.subarray(0, start);
  if (kind < 0.3) return joined(original.subarray(0, start), original.subarray(end));
  if (kind < 0.4) return joined(original.subarray(0, end), original.subarray(start));
  const bytes = original.slice();
  const changes = 1 + Math.floor(draw() * 8);
  for (let i = 0; i < changes; i++) bytes[place()] = Math.floor(draw() * 256);
  return bytes;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(a.length + b.length);
  bytes.set(a);
  bytes.set(b, a.length);
  return bytes;
}

test(
  `${MUTATED_FILES} mutated files end in a model or in a fault that says what is wrong, soon`,
  () => {
    const outcomes = new Map<string, number>();
    const draw = uniformStream(rootKey(1));
    for (let i = 0; i < MUTATED_FILES; i++) {
      const outcome = outcomeOf(mutated(draw));
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    expect([...outcomes.keys()].toSorted()).toEqual(["model", "model-invalid", "model-unsupported"]);
  },
  SECONDS_AT_MOST * 1000,
);

function outcomeOf(bytes: Uint8Array): string {
  try {
    readModel(bytes);
    return "model";
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
}
