import fc from "fast-check";
import { expect, test } from "vitest";
import { tableOf } from "./byte-table.ts";
import { popAll, pushAll } from "./rans.ts";

const bytes = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 2000, size: "max" }),
  fc
    .array(fc.constantFrom(0, 0, 0, 0, 7, 255), { minLength: 1, maxLength: 5000, size: "max" })
    .map((values) => Uint8Array.from(values)),
);

/** Room for whatever bytes become. */
const room = (given: Uint8Array): number => 2 * given.length + 100;

test("what is pushed is popped, at any address", () => {
  fc.assert(
    fc.property(bytes, (given) => {
      const table = tableOf(given);
      const message = pushAll(given, table, room(given)) ?? new Uint8Array(0);
      expect(popAll(message, table, given.length)).toEqual(given);
      expect(popAll(Uint8Array.of(9, ...message).subarray(1), table, given.length)).toEqual(given);
    }),
  );
});

test("a message takes what its shares say: Σ −log₂ of them, and less than 5 bytes more", () => {
  fc.assert(
    fc.property(bytes, (given) => {
      const table = tableOf(given);
      const bits = given.reduce((sum, byte) => sum - Math.log2((table.shares[byte] ?? 0) / 4096), 0);
      const length = pushAll(given, table, room(given))?.length ?? 0;
      expect(length).toBeLessThan(bits / 8 + 5);
      expect(length).toBeGreaterThan(bits / 8 - 1);
    }),
  );
});

test("bytes of one kind take none but the 4 that are always there", () => {
  const given = new Uint8Array(100_000).fill(3);
  expect([...(pushAll(given, tableOf(given), 100) ?? [])]).toEqual([0, 0, 0x80, 0]);
});

test("is given up where it would not be shorter than the limit", () => {
  fc.assert(
    fc.property(bytes, (given) => {
      const table = tableOf(given);
      const length = pushAll(given, table, room(given))?.length ?? 0;
      expect(pushAll(given, table, length)).toBeNull();
      expect(pushAll(given, table, length + 1)).toHaveLength(length);
    }),
  );
});

test("no other number of bytes is read from a message, and none from one that is cut or has something behind it", () => {
  const given = Uint8Array.from({ length: 500 }, (_, i) => (i * i) % 11);
  const table = tableOf(given);
  const message = pushAll(given, table, 1000) ?? new Uint8Array(0);
  expect(message.length).toBeGreaterThan(100);
  for (const count of [0, 1, 499, 501, 600]) expect(popAll(message, table, count)).toBeNull();
  for (let end = 0; end < message.length; end++) expect(popAll(message.subarray(0, end), table, 500)).toBeNull();
  expect(popAll(Uint8Array.of(...message, 0), table, 500)).toBeNull();
});
