/**
 * Gaussian noise that a client adds to what it sends.
 *
 * It is drawn from a secret of the client together with the key of the task, so that whoever knows the key alone cannot subtract it.
 *
 * @module
 */
import { normalStream } from "../base/draws.ts";
import { present } from "../base/invariant.ts";
import { fold, type Key } from "../base/key.ts";
import type { NumberOption } from "../part/options.ts";
import type { Scheme } from "./codec.ts";

/** How much noise. */
export const noiseOption: NumberOption = {
  kind: "number",
  minimum: 0,
  default: 0,
  about: "σ: standard deviation of the noise that clients add to each number that they send",
};

/** Where noise comes from, and how much: σ. */
export interface Noise {
  readonly sigma: number;
  /** Null where nothing is encoded. */
  readonly secret: Key | null;
}

/** numbers ← numbers + σ z. A secret is there where σ > 0. */
export function addNoise(numbers: Float64Array | Float32Array, { sigma, secret }: Noise, key: Key): void {
  if (sigma === 0) return;
  const { high, low } = key;
  const draw = normalStream(fold(fold(fold(present(secret, "a secret of the client"), "noise"), high), low));
  for (let i = 0; i < numbers.length; i++) numbers[i] = (numbers[i] as number) + sigma * draw();
}

/** What a scheme says of itself because of its noise. */
export function concealing(sigma: number, secretly: (secret: Key) => Scheme): Pick<Scheme, "conceals" | "secretly"> {
  return sigma === 0 ? {} : { conceals: true, secretly };
}
