/**
 * Changing images: blur, rotation and gain, for images of [channels, height, width].
 *
 * The result is the same to the last bit in every JavaScript engine: sines, cosines and the weights of the blur come from
 * + − × ÷ and the portable exponential only.
 *
 * @module
 */
import { elementCount, type Examples, exp } from "@potluck/core";
import { turn } from "./turn.ts";

/** How images are changed: first blurred, then rotated, then scaled. */
export interface ImageShift {
  /** σ of a Gaussian blur, in pixels, ≥ 0; beyond the border an image goes on as at its border. */
  readonly blurPixels: number;
  /** Counter-clockwise, about the centre, bilinear; what comes from beyond the border is 0. */
  readonly degrees: number;
  /** What the features of each channel are multiplied with; bytes stay within 0 … 255. One entry for all, or for each. */
  readonly gains: readonly number[];
}

/** Height and width of a plane, one channel of an image. */
interface Size {
  readonly height: number;
  readonly width: number;
}

/** Changes images of `shape` by `shift`: their features become numbers that need rounding where features are bytes. */
export function imageShifter(
  shape: readonly number[],
  shift: ImageShift,
): (features: Examples["features"]) => Float64Array {
  const [height, width] = shape.length === 3 ? [shape[1] ?? 1, shape[2] ?? 1] : [1, elementCount(shape)];
  const kernel = gaussian(shift.blurPixels);
  const line = new Float64Array(Math.max(height, width) + kernel.length - 1);
  const taps = tapsOf({ height, width }, shift.degrees);
  const size = height * width;
  return (features) => {
    const changed = new Float64Array(features);
    for (let channel = 0; channel * size < changed.length; channel++) {
      const plane = changed.subarray(channel * size, (channel + 1) * size);
      if (kernel.length > 1) blur(plane, { height, width }, { kernel, line });
      if (taps !== null) plane.set(gathered(plane, taps));
      const gain = shift.gains[channel % shift.gains.length] ?? 1;
      for (let at = 0; at < size; at++) plane[at] = (plane[at] ?? 0) * gain;
    }
    return changed;
  };
}

/** The weights of a Gaussian of standard deviation σ at the whole numbers up to 3 σ either way; they add up to 1. */
function gaussian(sigma: number): Float64Array {
  if (sigma === 0) return Float64Array.of(1);
  const radius = Math.ceil(3 * sigma);
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, at) =>
    exp(-((at - radius) ** 2) / (2 * sigma ** 2)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** What a blur works with. */
interface Blur {
  readonly kernel: Float64Array;
  /** Room for a line and what lies beyond its ends. */
  readonly line: Float64Array;
}

/** Blurs a plane in place, along its rows and then along its columns. */
function blur(plane: Float64Array, { height, width }: Size, how: Blur): void {
  for (let y = 0; y < height; y++) blurLine(plane.subarray(y * width, (y + 1) * width), 1, how);
  for (let x = 0; x < width; x++) blurLine(plane.subarray(x), width, how);
}

/** Blurs every `step`-th number of a plane, from the first on; beyond its ends the line goes on as at its ends. */
function blurLine(plane: Float64Array, step: number, { kernel, line }: Blur): void {
  const length = Math.ceil(plane.length / step);
  const radius = (kernel.length - 1) / 2;
  for (let i = 0; i < length; i++) line[radius + i] = plane[i * step] ?? 0;
  line.fill(plane[0] ?? 0, 0, radius);
  line.fill(plane[(length - 1) * step] ?? 0, radius + length, length + 2 * radius);
  for (let i = 0; i < length; i++) {
    let sum = 0;
    for (let k = 0; k < kernel.length; k++) sum += (kernel[k] ?? 0) * (line[i + k] ?? 0);
    plane[i * step] = sum;
  }
}

/** Where each pixel of a rotated plane comes from: four pixels and their weights; 0 for what lies beyond the border. */
interface Taps {
  readonly pixels: Uint32Array;
  readonly weights: Float64Array;
}

/** The inverse rotation of every pixel's place, between four pixels; null where nothing moves. */
function tapsOf({ height, width }: Size, degrees: number): Taps | null {
  const { cosine, sine } = turn(degrees);
  if (cosine === 1) return null;
  const [centreY, centreX] = [(height - 1) / 2, (width - 1) / 2];
  const pixels = new Uint32Array(4 * height * width);
  const weights = new Float64Array(4 * height * width);
  for (let at = 0; at < height * width; at++) {
    const [dy, dx] = [Math.floor(at / width) - centreY, (at % width) - centreX];
    const [fromY, fromX] = [centreY + sine * dx + cosine * dy, centreX + cosine * dx - sine * dy];
    const [top, left] = [Math.floor(fromY), Math.floor(fromX)];
    for (let corner = 0; corner < 4; corner++) {
      const [y, x] = [top + (corner >> 1), left + (corner & 1)];
      if (y < 0 || x < 0 || y >= height || x >= width) continue;
      pixels[4 * at + corner] = y * width + x;
      weights[4 * at + corner] = (1 - Math.abs(fromY - y)) * (1 - Math.abs(fromX - x));
    }
  }
  return { pixels, weights };
}

function gathered(plane: Float64Array, { pixels, weights }: Taps): Float64Array {
  const values = new Float64Array(plane.length);
  for (let tap = 0; tap < pixels.length; tap++) {
    const at = tap >> 2;
    values[at] = (values[at] ?? 0) + (weights[tap] ?? 0) * (plane[pixels[tap] ?? 0] ?? 0);
  }
  return values;
}
