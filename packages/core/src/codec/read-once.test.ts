import { expect, test } from "vitest";
import { rootKey } from "../base/key.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import { entropy, qsgd, topK } from "./index.ts";
import { readOnce } from "./read-once.ts";

function counted() {
  const seen: (readonly [number | undefined, number])[] = [];
  const { first, again } = readOnce((payload, length) => seen.push([payload[0], length]));
  return { seen, first, again };
}

test("what was looked at is not read again", () => {
  const { seen, first, again } = counted();
  const payload = Uint8Array.of(7);
  expect([first(payload, 3), again(payload, 3), again(payload, 3)]).toEqual([1, 1, 1]);
  expect(seen).toEqual([[7, 3]]);
});

test("another payload of the same bytes is, and so is the same for another model", () => {
  const { seen, first, again } = counted();
  const payload = Uint8Array.of(7);
  first(payload, 3);
  again(payload, 4);
  again(payload.slice(), 3);
  expect(seen).toHaveLength(3);
});

test("looking reads what is there now, and keeps the last alone", () => {
  const { seen, first, again } = counted();
  const [one, other] = [Uint8Array.of(1), Uint8Array.of(2)];
  first(one, 1);
  one[0] = 5;
  first(one, 1);
  first(other, 1);
  again(one, 1);
  expect(seen).toEqual([
    [1, 1],
    [5, 1],
    [2, 1],
    [5, 1],
  ]);
});

test.each([
  ["top-k", topK({ ratio: 0.3 })],
  ["entropy", entropy({ codec: topK({ ratio: 0.3 }) })],
  ["entropy over all numbers", entropy({ codec: qsgd({ bits: 3 }) })],
])("%s adds up messages that are looked at in turns, each as it is", (_, codec) => {
  const key = rootKey(1);
  const vectors = [0, 1].map((at) => Float32Array.from({ length: 400 }, (__, i) => Math.sin(i * (at + 2))));
  const messages = vectors.map((x) => codec.encode(x, null, key));
  const said = (message: Uint8Array): Float64Array => {
    const sum = new Float64Array(400);
    codec.accumulate(message, { sum, weight: 1, anchor: null, key }, plainKernels);
    return sum;
  };
  const alone = messages.map((message) => said(message.slice()));
  for (const message of messages) expect(codec.defect(message, 400, plainKernels)).toBeNull();
  expect(messages.map(said)).toEqual(alone);
  // What arrives in the place of another is looked at anew.
  const place = messages[0]?.slice() ?? new Uint8Array(0);
  expect(codec.defect(place, 400, plainKernels)).toBeNull();
  place.fill(0xff);
  expect(codec.defect(place, 400, plainKernels)).not.toBeNull();
});
