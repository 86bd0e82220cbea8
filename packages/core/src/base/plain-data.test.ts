import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvariantViolation } from "./invariant.ts";
import { decodePlain, encodePlain, type PlainData } from "./plain-data.ts";

const vector: fc.Arbitrary<PlainData> = fc.oneof(
  fc.uint8Array(),
  fc.uint32Array(),
  fc.float32Array(),
  fc.float64Array(),
);
const text = fc.string({ unit: "binary" });
const scalar: fc.Arbitrary<PlainData> = fc.oneof(fc.constant(null), fc.boolean(), fc.double(), fc.integer(), text);
const { plain } = fc.letrec<{ plain: PlainData }>((tie) => ({
  plain: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    scalar,
    vector,
    fc.array(tie("plain"), { maxLength: 5 }),
    fc.dictionary(text, tie("plain"), { maxKeys: 5, noNullPrototype: true }),
    fc.array(fc.tuple(scalar, tie("plain")), { maxLength: 5 }).map((entries) => new Map(entries)),
  ),
}));

describe("plain data", () => {
  test("comes back as it was, to the last bit", () => {
    fc.assert(
      fc.property(plain, (value) => {
        expect(decodePlain(encodePlain(value))).toStrictEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  test("has the same bytes before and after, and bytes of its own", () => {
    fc.assert(
      fc.property(plain, (value) => {
        const bytes = encodePlain(value);
        const again = encodePlain(decodePlain(bytes));
        expect(again).toEqual(bytes);
        expect(again.buffer).not.toBe(bytes.buffer);
      }),
      { numRuns: 500 },
    );
  });

  test("that differs has different bytes", () => {
    fc.assert(
      fc.property(plain, plain, (one, other) => {
        const [a, b] = [encodePlain(one), encodePlain(other)];
        if (Buffer.compare(a, b) === 0) expect(one).toStrictEqual(other);
        else expect(one).not.toStrictEqual(other);
      }),
    );
  });

  test.each([-0, 0, Number.NaN, Infinity, -Infinity, Number.MIN_VALUE, Number.MAX_VALUE, 0.1, 2 ** 53 + 2])(
    "keeps the number %d, alone and in a vector",
    (value) => {
      expect(decodePlain(encodePlain(value))).toBe(value);
      expect(decodePlain(encodePlain(Float64Array.of(value)))).toStrictEqual(Float64Array.of(value));
      expect(decodePlain(encodePlain(Float32Array.of(value)))).toStrictEqual(Float32Array.of(value));
    },
  );

  test.each(["", "é", "\0", "😀", "\ud83d", "\udc00\ud800", "__proto__"])(
    "keeps the text %j, also as a name",
    (value) => {
      expect(decodePlain(encodePlain(value))).toBe(value);
      expect(Object.entries(decodePlain(encodePlain(Object.fromEntries([[value, 1]]))) ?? {})).toEqual([[value, 1]]);
    },
  );

  test("keeps the order of a map and its keys that are no texts", () => {
    const map = new Map<PlainData, PlainData>([
      [2, "two"],
      [1, "one"],
      ["1", "text"],
      [-0.5, null],
      [null, [true]],
      [{ a: 1 }, "record"],
    ]);
    const decoded = decodePlain(encodePlain(map));
    expect(decoded instanceof Map ? [...decoded] : null).toEqual([...map]);
  });

  test("may be large", () => {
    const value = { weights: new Float32Array(300_000).fill(0.1), ids: Array.from({ length: 5000 }, (_, i) => i) };
    expect(decodePlain(encodePlain(value))).toStrictEqual(value);
  });
});

describe("a vector that occurs several times", () => {
  const shared = Float32Array.of(1, 2, 3);

  test("is one vector again", () => {
    const decoded = decodePlain(encodePlain([shared, { params: shared }, new Map([[1, shared]])]));
    const vectors = vectorsIn(decoded);
    expect(vectors.length).toBe(3);
    expect([...new Set(vectors)]).toStrictEqual([shared]);
  });

  test("is written once", () => {
    const large = new Float64Array(1000);
    expect(encodePlain(Array.from({ length: 50 }, () => large)).length).toBeLessThan(8000 + 50 * 8);
  });

  test("is told from an equal one", () => {
    expect(new Set(vectorsIn(decodePlain(encodePlain([shared, shared.slice()])))).size).toBe(2);
  });
});

/** Every occurrence of a vector below `value`. */
function vectorsIn(value: unknown): readonly Float32Array[] {
  if (value instanceof Float32Array) return [value];
  if (value instanceof Map) return [...value.values()].flatMap(vectorsIn);
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(vectorsIn) : [];
}

test("a vector is written without what lies around it", () => {
  const around = Float64Array.of(9, 1, 2, 9);
  expect(encodePlain(around.subarray(1, 3))).toEqual(encodePlain(Float64Array.of(1, 2)));
  const odd = new Uint8Array([9, 1, 2, 9]).subarray(1, 3);
  expect(decodePlain(encodePlain([odd, around.subarray(1, 3)]))).toStrictEqual([
    Uint8Array.of(1, 2),
    Float64Array.of(1, 2),
  ]);
});

test("what is read does not lie in the bytes it was read from", () => {
  const bytes = encodePlain(Float32Array.of(1, 2));
  const decoded = decodePlain(bytes);
  bytes.fill(0);
  expect(decoded).toStrictEqual(Float32Array.of(1, 2));
});

test("bytes may lie anywhere in a buffer", () => {
  const value = { a: Float64Array.of(1, 2), b: "x" };
  const bytes = encodePlain(value);
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  expect(decodePlain(shifted.subarray(3))).toStrictEqual(value);
});

describe("what is not plain is refused with its place:", () => {
  class Counter {
    readonly count = 1;
  }
  const holes: number[] = [0];
  holes[2] = 2;

  test.each<[string, unknown, string]>([
    ["a function", { step: () => 1 }, "state.step is function"],
    ["undefined", { a: { b: undefined } }, "state.a.b is undefined"],
    ["undefined in a list", [[1], [2, undefined]], "state[1][1] is undefined"],
    ["a hole in a list", holes, "state[1] is undefined"],
    ["a symbol", [Symbol("x")], "state[0] is symbol"],
    ["a large integer", { n: 1n }, "state.n is bigint"],
    ["an instance of a class", { counter: new Counter() }, "state.counter has a class"],
    ["a date", [new Date(0)], "state[0] has a class"],
    ["a set", { seen: new Set([1]) }, "state.seen has a class"],
    ["a promise", Promise.resolve(1), "state has a class"],
    ["another vector", { words: new Int16Array(2) }, "state.words has a class"],
    ["a bare buffer", { buffer: new ArrayBuffer(2) }, "state.buffer has a class"],
    ["a value of a map", new Map([[7, () => 1]]), "state.get(7) is function"],
    ["a value under a record", new Map([[Object.create(null), () => 1]]), "state.get(…) is function"],
    ["a key of a map", { open: new Map([[() => 1, 1]]) }, "a key of state.open is function"],
  ])("%s", (_, value, message) => {
    expect(() => encodePlain(value)).toThrow(InvariantViolation);
    expect(() => encodePlain(value)).toThrow(message);
  });
});

describe("bytes that are not a snapshot", () => {
  const bytes = encodePlain({
    name: "x",
    list: [1, null, true],
    map: new Map([[1, Float64Array.of(1)]]),
    words: Uint32Array.of(1),
  });

  test("are refused when they end early", () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodePlain(bytes.subarray(0, length))).toThrow(InvariantViolation);
    }
  });

  test("are refused when something follows", () => {
    expect(() => decodePlain(new Uint8Array([...bytes, 0]))).toThrow("1 bytes left over after a snapshot");
  });

  test("are refused or read as something else, but never break the reader in another way", () => {
    const place = fc.nat({ max: bytes.length - 1 });
    fc.assert(
      fc.property(place, fc.nat({ max: 255 }), (at, byte) => {
        const broken = bytes.slice();
        broken[at] = byte;
        try {
          encodePlain(decodePlain(broken));
        } catch (error) {
          expect(error).toBeInstanceOf(InvariantViolation);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test.each<[string, readonly number[], string]>([
    ["an unknown tag", [42], "a snapshot tag, got 42"],
    ["a vector that was never written", [9, 0, 0, 0, 0], "a vector that was read before is missing"],
    ["an unknown type of vector", [8, 7, 0, 0, 0, 0], "a known vector type"],
    ["half an element", [8, 2, 2, 0, 0, 0, 0, 0, 1, 1], "whole elements in a vector"],
    ["nothing at all", [], "a snapshot that is whole"],
  ])("are refused for %s", (_, broken, message) => {
    expect(() => decodePlain(Uint8Array.from(broken))).toThrow(message);
  });
});

test("the format stays what it was", () => {
  // A record of 1 entry; its name, 1 UTF-16 unit; a vector of type 2, float32, of 4 bytes; padding; 1.5 = 0x3fc00000.
  expect(Buffer.from(encodePlain({ w: Float32Array.of(1.5) })).toString("hex")).toBe(
    ["07", "01000000", "01000000", "7700", "08", "02", "04000000", "00000000000000", "0000c03f"].join(""),
  );
});
