import fc from "fast-check";
import { expect, test } from "vitest";
import { SlotHeap } from "./slot-heap.ts";

/** A heap of words: the least key comes first, and of equal keys the word that comes first in the alphabet. */
function heapOfWords() {
  const words: string[] = [];
  const heap = new SlotHeap((a, b) => ((words[a] ?? "") < (words[b] ?? "") ? -1 : 1));
  return {
    heap,
    push: (word: string, key: number): number => {
      const slot = heap.vacant();
      words[slot] = word;
      heap.push(key);
      return slot;
    },
  };
}

test("whatever was put in and taken out, the least key comes first, and of equal keys what its owner says", () => {
  const step = fc.record({
    word: fc.constantFrom("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m"),
    key: fc.nat({ max: 5 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const { heap, push } = heapOfWords();
      const inside = new Map<string, { readonly word: string; readonly key: number; readonly slot: number }>();
      for (const { word, key } of steps) {
        const there = inside.get(word);
        if (there === undefined) inside.set(word, { word, key, slot: push(word, key) });
        else {
          heap.remove(there.slot);
          inside.delete(word);
        }
        const sorted = [...inside.values()].toSorted((a, b) => a.key - b.key || (a.word < b.word ? -1 : 1));
        expect(heap.first()).toBe(sorted[0]?.slot);
        expect(heap.firstKey()).toBe(sorted[0]?.key ?? Infinity);
        expect(heap.size()).toBe(sorted.length);
        expect(heap.all().toSorted((a, b) => a - b)).toEqual(sorted.map(({ slot }) => slot).toSorted((a, b) => a - b));
        for (const { slot, key: expected } of sorted) expect(heap.keyOf(slot)).toBe(expected);
      }
    }),
  );
});

test("a slot that was taken out is vacant again: there are no more slots than ever were in use at once", () => {
  const { heap, push } = heapOfWords();
  const slots = [push("a", 1), push("b", 2)];
  for (let turn = 0; turn < 10; turn++) {
    heap.remove(slots[turn % 2] ?? -1);
    slots[turn % 2] = push("c", turn);
  }
  expect(slots.toSorted((a, b) => a - b)).toEqual([0, 1]);
});

test("a slot that is not in the heap can be neither taken out nor read", () => {
  const { heap, push } = heapOfWords();
  const slot = push("a", 1);
  heap.remove(slot);
  expect(() => {
    heap.remove(slot);
  }).toThrow("is in it");
  expect(() => heap.keyOf(7)).toThrow("is in it");
});
