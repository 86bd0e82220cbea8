/**
 * Vectors that codecs are tried with, and the way through a codec and back.
 *
 * @module
 */
import { type Codec, codecFor, type Key, type Layout, layoutOf, plainKernels, rootKey } from "@potluck/core";
import fc from "fast-check";

const LARGEST = (2 - 2 ** -23) * 2 ** 127;
const SMALLEST = 2 ** -149;

/** Any finite number. */
export const finite: fc.Arbitrary<number> = fc.float({ noNaN: true, noDefaultInfinity: true });
/** Numbers as they occur. */
export const usual: fc.Arbitrary<number> = fc.float({ min: -1, max: 1, noNaN: true });
/** Arrays of up to 70 entries. */
export const long = { maxLength: 70, size: "max" } as const;
/** Vectors of all sorts of finite numbers, and of such as occur. */
export const vectors: fc.Arbitrary<Float32Array> = fc
  .oneof(fc.array(finite, long), fc.array(usual, long), fc.array(fc.oneof(usual, fc.constant(0)), long))
  .map((values) => Float32Array.from(values));

/** Vectors that break what is careless. */
export const REMARKABLE: readonly (readonly [string, Float32Array])[] = [
  ["no numbers", new Float32Array(0)],
  ["one number", Float32Array.of(-0.7)],
  ["one 0", Float32Array.of(0)],
  ["zeros", Float32Array.of(0, -0, 0, 0, 0)],
  ["the largest numbers", Float32Array.of(LARGEST, -LARGEST, LARGEST)],
  ["the smallest numbers", Float32Array.of(SMALLEST, -SMALLEST, 0, 3 * SMALLEST)],
  ["the largest and the smallest", Float32Array.of(SMALLEST, LARGEST, -SMALLEST, -LARGEST)],
  ["equal numbers", new Float32Array(9).fill(0.1)],
  ["one number among zeros", Float32Array.of(0, 0, 0, -3, 0, 0, 0)],
  ["a thousand numbers, most of them small", Float32Array.from({ length: 1000 }, (_, i) => (-0.99) ** i)],
];

/** The names of tensors are of no account: matrices, biases, one with no numbers and one of a single one, in any order. */
const SHAPES: readonly (readonly number[])[] = [[3, 5], [4], [0, 7], [1, 1], [2, 3, 3], [], [6, 2], [9], [8, 8]];

/** A layout of `length` numbers, of nine tensors and what is left over: `draw` gives numbers in [0, 1), which put them in order. */
function drawnLayout(length: number, draw: () => number): Layout {
  const order = SHAPES.map((shape) => ({ shape, place: draw() })).toSorted((a, b) => a.place - b.place);
  let left = length;
  const shapes = order.map(({ shape }) => {
    const size = shape.reduce((product, dimension) => product * dimension, 1);
    // What does not fit any more has no numbers.
    const own = size <= left ? shape : [0, ...shape];
    left -= size <= left ? size : 0;
    return own;
  });
  const last = left === 0 ? [] : [{ name: "rest", shape: left % 2 === 0 ? [left / 2, 2] : [left, 1] }];
  return layoutOf([...shapes.map((shape, at) => ({ name: `tensor ${at}`, shape })), ...last]);
}

/** The codec of updates of so many numbers, with a layout and a version that are drawn. */
export function withLayout(codec: Codec, length: number, draw: () => number): Codec {
  const layout = drawnLayout(length, draw);
  return codecFor(codec, { version: Math.floor(20 * draw()), layout });
}

/** The key of messages, unless another is given. */
export const key: Key = rootKey(7);

function zerosFor({ length }: Float32Array): Float32Array {
  return new Float32Array(length);
}

/** The message that says x. */
export function sent(codec: Codec, x: Float32Array, under: Key = key): Uint8Array {
  return codec.encode(x, zerosFor(x), under);
}

/** What a message of `length` numbers says. */
export function said(codec: Codec, message: Uint8Array, length: number, under: Key = key): Float64Array {
  const defect = codec.defect(message, length, plainKernels);
  if (defect !== null) throw new Error(`a message with a defect: ${defect}`);
  const sum = new Float64Array(length);
  const anchor = new Float32Array(length);
  codec.accumulate(message, { sum, weight: 1, anchor, key: under }, plainKernels);
  return sum;
}

/** C(x). */
export function through(codec: Codec, x: Float32Array, under: Key = key): Float64Array {
  return said(codec, sent(codec, x, under), x.length, under);
}

/** Σ x². */
export function squaredNorm(x: ArrayLike<number>): number {
  return Array.from(x).reduce((sum, value) => sum + value * value, 0);
}

/** ‖a − b‖². */
export function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return squaredNorm(Array.from(a, (value, i) => value - (b[i] ?? 0)));
}
