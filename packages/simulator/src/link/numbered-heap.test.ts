import fc from "fast-check";
import { expect, test } from "vitest";
import { numberedHeap } from "./numbered-heap.ts";

test("whatever was put in and taken out, the least key comes first, and of equal keys the lowest number", () => {
  const step = fc.record({ id: fc.nat({ max: 30 }), key: fc.nat({ max: 5 }), puts: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const heap = numberedHeap();
      const inside = new Map<number, { id: number; key: number; slot: number }>();
      for (const { id, key, puts } of steps) {
        const entry = inside.get(id);
        if (puts && entry === undefined) inside.set(id, { id, key, slot: heap.push(id, key) });
        if (!puts && entry !== undefined) {
          heap.remove(entry.slot);
          inside.delete(id);
        }
        const [least] = [...inside.values()].toSorted((a, b) => a.key - b.key || a.id - b.id);
        expect(heap.first()).toBe(least?.id);
        expect(heap.firstKey()).toBe(least?.key ?? Infinity);
        expect(heap.size()).toBe(inside.size);
      }
    }),
  );
});

test("what was taken out is not taken out again", () => {
  const heap = numberedHeap();
  const one = heap.push(1, 5);
  heap.push(2, 6);
  heap.remove(one);
  expect(() => {
    heap.remove(one);
  }).toThrow("is in it");
  expect(heap.first()).toBe(2);
});
