/**
 * The arms that the reproductions of sketches share: codecs whose messages take a half, a quarter and a twentieth of the bytes of float32.
 *
 * @module
 */
import { codec, feedback } from "@potluck/core";
import { codecArm } from "../../harness/codecs.ts";
import type { Arm } from "../../harness/experiment.ts";

type Upload = ReturnType<typeof codec.identity>;

/** A size b / d, and the share of the largest numbers that takes as many bytes, what says where they are included. */
const SIZES = [
  { name: "1/2", ratio: 1 / 2, largest: 0.469 },
  { name: "1/4", ratio: 1 / 4, largest: 0.226 },
  { name: "1/20", ratio: 1 / 20, largest: 0.042 },
] as const;

/** The rates that all arms try. */
export const RATES = { local: [0.03, 0.1, 0.2, 0.4, 0.8], server: [0.3, 1] } as const;

/** A codec at each size: one that is made for a ratio, or the largest numbers with error feedback. */
export function bySize(
  name: string,
  upload: "largest" | ((ratio: number) => Upload),
  tuning: Parameters<typeof codecArm>[2],
): readonly Arm[] {
  return SIZES.map((size) =>
    upload === "largest"
      ? codecArm(`${name}, ${size.name}`, codec.topK({ ratio: size.largest }), {
          ...tuning,
          keeping: feedback.errorFeedback(),
        })
      : codecArm(`${name}, ${size.name}`, upload(size.ratio), tuning),
  );
}
