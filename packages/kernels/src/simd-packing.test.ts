/**
 * Packing in WebAssembly SIMD against its plain twin, bit for bit.
 *
 * @module
 */
import { type Narrow, plainKernels } from "@potluck/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { blockLength } from "./layout.ts";
import { loadKernels } from "./load-kernels.ts";

const kernels = loadKernels();

/** Around the width of a register, and around what is packed at a time, 16,384 numbers. */
const lengths = fc.oneof(
  { weight: 9, arbitrary: fc.nat(70) },
  { weight: 1, arbitrary: fc.integer({ min: 2 * blockLength - 20, max: 2 * blockLength + 20 }) },
  { weight: 1, arbitrary: fc.integer({ min: 4 * blockLength - 20, max: 4 * blockLength + 20 }) },
);

/** Numbers of some bits that repeat a pattern, in an array that lies anywhere. */
const numbers = fc
  .record({
    wide: fc.boolean(),
    share: fc.integer({ min: 1, max: 8 }),
    length: lengths,
    pattern: fc.array(fc.nat(0xffff), { minLength: 1, maxLength: 40 }),
    offset: fc.nat(5),
  })
  .map(({ wide, share, length, pattern, offset }) => {
    const width = wide ? 2 * share : share;
    const whole = wide ? new Uint16Array(length + offset) : new Uint8Array(length + offset);
    const own = whole.subarray(offset);
    for (let i = 0; i < length; i++) own[i] = (pattern[i % pattern.length] ?? 0) & ((1 << width) - 1);
    return { width, own, wide };
  });

test("packs to the bytes of the plain twin, over whatever was there, and no further", () => {
  fc.assert(
    fc.property(numbers, ({ width, own }) => {
      const size = Math.ceil((own.length * width) / 8);
      const [fast, plain] = [new Uint8Array(size + 9).fill(0xa5), new Uint8Array(size + 9).fill(0xa5)];
      kernels.pack(own, width, fast);
      plainKernels.pack(own, width, plain);
      expect(fast).toEqual(plain);
      expect(fast.subarray(size)).toEqual(new Uint8Array(9).fill(0xa5));
    }),
    { numRuns: 300 },
  );
});

test("unpacks to the numbers that were packed, as its plain twin does, whatever lies behind them", () => {
  fc.assert(
    fc.property(numbers, fc.nat(3), ({ width, own, wide }, behind) => {
      const size = Math.ceil((own.length * width) / 8);
      const bytes = new Uint8Array(size + behind).fill(0xff);
      plainKernels.pack(own, width, bytes);
      const into = (): Narrow => (wide ? new Uint16Array(own.length) : new Uint8Array(own.length));
      const [fast, plain] = [into(), into()];
      kernels.unpack(bytes, width, fast);
      plainKernels.unpack(bytes, width, plain);
      expect(fast).toEqual(plain);
      expect([...fast]).toEqual([...own]);
    }),
    { numRuns: 300 },
  );
});

test("numbers of all bytes that there are unpack as in the plain twin", () => {
  const bytes = Uint8Array.from({ length: 3 * 8 * blockLength }, (_, i) => (i * i * 31 + 7 * i) >>> 3);
  for (let width = 1; width <= 8; width++) {
    const count = 3 * blockLength + width;
    const [fast, plain] = [new Uint8Array(count), new Uint8Array(count)];
    kernels.unpack(bytes, width, fast);
    plainKernels.unpack(bytes, width, plain);
    expect(fast).toEqual(plain);
  }
});

test("widths and lengths that do not go together are a bug", () => {
  for (const { pack, unpack } of [kernels, plainKernels]) {
    expect(() => pack(new Uint8Array(3), 9, new Uint8Array(9))).toThrow("a width in [1, 8], got 9");
    expect(() => pack(new Uint16Array(3), 0, new Uint8Array(9))).toThrow("a width in [1, 16], got 0");
    expect(() => pack(new Uint8Array(3), 3, new Uint8Array(1))).toThrow("2 bytes, got 1");
    expect(() => unpack(new Uint8Array(1), 3, new Uint8Array(3))).toThrow("2 bytes, got 1");
  }
});
