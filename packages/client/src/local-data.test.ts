import { expect, test } from "vitest";
import { localRows } from "./local-data.ts";

test("plain arrays are a dataset without examples to test on", () => {
  const features = Float32Array.of(1, 2, 3, 4, 5, 6);
  const { dataset, rows } = localRows({ features, shape: [2], labels: [0, 2, 1] });
  expect([...rows]).toEqual([0, 1, 2]);
  expect(dataset.train).toMatchObject({ count: 3, shape: [2], features, scale: 1, classes: 3 });
  expect([...dataset.train.labels]).toEqual([0, 2, 1]);
  expect(dataset.test).toMatchObject({ count: 0, shape: [2] });
});

test("bytes stand for numbers from 0 to 1 unless said otherwise", () => {
  const data = { features: Uint8Array.of(0, 255), shape: [1], labels: [0, 1] };
  expect(localRows(data).dataset.train.scale).toBe(1 / 255);
  expect(localRows({ ...data, scale: 1 }).dataset.train.scale).toBe(1);
});

test("numbers to predict come in place of labels, as many for each example", () => {
  const { dataset } = localRows({ features: new Float32Array(3), shape: [1], targets: new Float32Array(6) });
  expect(dataset.train).toMatchObject({ classes: 0, targets: { shape: [2] } });
  expect(dataset.test.targets?.values).toHaveLength(0);
});

test("of a dataset all training examples are meant, or the rows that are named", () => {
  const { dataset } = localRows({ features: new Float32Array(3), shape: [1], labels: [0, 1, 0] });
  expect([...localRows(dataset).rows]).toEqual([0, 1, 2]);
  expect([...localRows({ dataset, rows: Uint32Array.of(2) }).rows]).toEqual([2]);
});

test.each([
  [{ features: new Float32Array(5), shape: [2], labels: [0, 1] }, "no whole number of examples of the shape [2]"],
  [{ features: new Float32Array(4), shape: [2], labels: [0] }, "there are 2 examples and 1 labels"],
  [{ features: new Float32Array(4), shape: [2] }, "there are 2 examples and 0 labels"],
  [{ features: new Float32Array(4), shape: [2], labels: [0, 256] }, "label 1 is 256"],
  [{ features: new Float32Array(4), shape: [2], labels: [0.5, 1] }, "label 0 is 0.5"],
  [{ features: new Float32Array(4), shape: [2], targets: new Float32Array(3) }, "3 targets do not go with 2"],
  [{ features: new Float32Array(0), shape: [2], labels: [] }, "no examples to train on"],
])("%j is refused: %s", (data, message) => {
  expect(() => localRows(data)).toThrow(message);
});
