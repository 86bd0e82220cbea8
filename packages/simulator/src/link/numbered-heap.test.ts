import fc from "fast-check";
import { expect, test } from "vitest";
import { numberedHeap } from "./numbered-heap.ts";

test("whatever was put in and taken out, the least key comes first, and of equal keys the lowest number", () => {
  const step = fc.record({ id: fc.nat({ max: 30 }), key: fc.nat({ max: 5 }), puts: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const heap = numberedHeap();
      const inside = new Map<number, number>();
      for (const { id, key, puts } of steps) {
        if (puts && !inside.has(id)) {
          heap.push(id, key);
          inside.set(id, key);
        } else if (!puts) {
          heap.remove(id);
          inside.delete(id);
        }
        const [least] = [...inside].toSorted(([a, x], [b, y]) => x - y || a - b);
        expect(heap.first()).toEqual(least && { id: least[0], key: least[1] });
        expect(heap.size()).toBe(inside.size);
      }
    }),
  );
});

test("a number is in the heap once", () => {
  const heap = numberedHeap();
  heap.push(1, 5);
  expect(() => {
    heap.push(1, 6);
  }).toThrow("number 1 is not in the heap yet");
});
