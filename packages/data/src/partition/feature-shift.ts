/**
 * Feature shift: clients see the same things in another light. The examples are shared out by another partitioner's
 * rule, and each client's own ones, those that it trains on and those that it holds out, are changed in one way:
 *
 *     rotated by θ_k,   θ_k ~ U(−rotation, rotation), or the angles of a list dealt evenly,
 *     blurred with σ_k pixels,   σ_k ~ U(0, blur),
 *     multiplied with g_k,   g_k ~ U(1 − brightness, 1 + brightness),
 *     and in each channel with h_kc,   h_kc ~ U(1 − colour, 1 + colour).
 *
 * Labels stay. Bytes are rounded and kept within 0 … 255.
 *
 * Kairouz, McMahan and others, "Advances and open problems in federated learning", 2021, section 3.1 ("feature
 * distribution skew"). https://arxiv.org/abs/1912.04977. Rotations by 0, 90, 180 and 270 degrees are those of Ghosh,
 * Chung, Yin, Ramchandran, "An efficient framework for clustered federated learning", NeurIPS 2020.
 * https://arxiv.org/abs/2006.04088
 *
 * @module
 */
import {
  type ClientRows,
  definePart,
  type Examples,
  Fault,
  fold,
  type Key,
  type PartFactory,
  permutation,
  uniformStream,
} from "@potluck/core";
import { type ImageShift, imageShifter } from "./image-shift.ts";
import type { Partitioner } from "./partition.ts";
import { roomLike } from "./picked.ts";
import { holdOut } from "./rows.ts";
import { isByClass, type RuleOptions, ruleOf, ruleOptions } from "./rule.ts";

/** Options of {@link featureShift}. */
export interface FeatureShiftOptions extends RuleOptions {
  /** Degrees, 0 … 180, that a client's images are rotated at most, either way; 0 by default. */
  readonly rotation?: number;
  /** Degrees that clients' images are rotated, counter-clockwise, dealt evenly; null, the default, goes by `rotation`. */
  readonly angles?: readonly number[] | null;
  /** Standard deviation, 0 … 16 pixels, with which a client's images are blurred at most; 0 by default. */
  readonly blur?: number;
  /** Share, 0 … 0.99, by which a client's features are brighter or darker at most; 0 by default. */
  readonly brightness?: number;
  /** Share, 0 … 0.99, by which each channel of a client is stronger or weaker at most; 0 by default. */
  readonly colour?: number;
}

/** The partitioner `feature-shift`. Throws Fault "option-invalid"; splitting throws "data-invalid". */
export const featureShift: PartFactory<FeatureShiftOptions, Partitioner> = definePart<FeatureShiftOptions, Partitioner>(
  {
    room: "partition",
    name: "feature-shift",
    about: "Every client's images are rotated, blurred, lit and coloured in a way of its own.",
    fights: [],
    paper: {
      authors: "Kairouz, McMahan and others",
      title: "Advances and open problems in federated learning",
      venue: "Foundations and Trends in Machine Learning 2021",
      link: "https://arxiv.org/abs/1912.04977",
    },
    options: {
      ...ruleOptions,
      rotation: {
        kind: "number",
        minimum: 0,
        maximum: 180,
        default: 0,
        about: "degrees of rotation at most, either way",
      },
      angles: {
        kind: "numbers",
        minimum: -360,
        maximum: 360,
        default: null,
        about: "degrees of rotation, counter-clockwise, dealt evenly to the clients",
      },
      blur: {
        kind: "number",
        minimum: 0,
        maximum: 16,
        default: 0,
        about: "standard deviation of the blur at most, in pixels",
      },
      brightness: { kind: "number", minimum: 0, maximum: 0.99, default: 0, about: "share brighter or darker at most" },
      colour: {
        kind: "number",
        minimum: 0,
        maximum: 0.99,
        default: 0,
        about: "share stronger or weaker in a channel at most",
      },
    },
    make: (options) => {
      const rule = ruleOf("feature-shift", options);
      checkAngles(options);
      return {
        clients: options.clients,
        byClass: isByClass(options),
        split: ({ examples, key }) => {
          checkShape(examples.shape, options);
          const clients = holdOut(examples, rule(examples, key), options.testShare, fold(key, "test"));
          const shifts = shiftsOf(options, examples, fold(key, "shift"));
          return { examples: allShifted(examples, clients, shifts), clients };
        },
      };
    },
  },
);

/** Throws Fault "option-invalid" where angles are given as a list and by their limit, or as an empty list. */
function checkAngles({ rotation, angles }: Required<FeatureShiftOptions>): void {
  if (angles === null || (angles.length > 0 && rotation === 0)) return;
  const what = angles.length === 0 ? "angles is an empty list" : "rotation and angles cannot both be given";
  throw new Fault("option-invalid", `partition "feature-shift": ${what}`, "Give one of the two.");
}

/** Throws Fault "data-invalid" where examples are no images but should be changed like images. */
function checkShape(shape: readonly number[], options: Required<FeatureShiftOptions>): void {
  const { rotation, angles, blur, colour } = options;
  const refused = (what: string, remedy: string): Fault =>
    new Fault("data-invalid", `examples of the shape [${shape.join(", ")}] ${what}`, remedy);
  if ((rotation > 0 || angles !== null || blur > 0 || colour > 0) && shape.length !== 3) {
    throw refused("are no images of [channels, height, width]", "Use brightness alone, or data of images.");
  }
  if (colour > 0 && shape[0] === 1) {
    throw refused("have one channel, so no colours", "Use brightness, or data of coloured images.");
  }
}

/** How each client's images are changed. */
function shiftsOf(options: Required<FeatureShiftOptions>, { shape }: Examples, key: Key): readonly ImageShift[] {
  const { clients, rotation, angles, blur, brightness, colour } = options;
  const dealt = angles === null ? null : permutation(fold(key, "angles"), clients).map((turn) => turn % angles.length);
  const channels = shape.length === 3 ? (shape[0] ?? 1) : 1;
  return Array.from({ length: clients }, (_, client) => {
    const uniform = uniformStream(fold(fold(key, "client"), client));
    const within = (most: number): number => most * (2 * uniform() - 1);
    const drawn = within(rotation);
    const blurPixels = blur * uniform();
    const gain = 1 + within(brightness);
    return {
      degrees: angles === null ? drawn : (angles[dealt?.[client] ?? 0] ?? 0),
      blurPixels,
      gains: Array.from({ length: channels }, () => gain * (1 + within(colour))),
    };
  });
}

/** The examples, those of each client changed in its way. */
function allShifted(examples: Examples, clients: readonly ClientRows[], shifts: readonly ImageShift[]): Examples {
  const { features, count, shape } = examples;
  const length = features.length / Math.max(1, count);
  const changed = roomLike(examples, features.length);
  changed.set(features);
  clients.forEach(({ train, test }, client) => {
    const shift = shifts[client];
    if (shift === undefined) return;
    const change = imageShifter(shape, shift);
    for (const row of [...train, ...test]) {
      const image = change(features.subarray(row * length, (row + 1) * length));
      changed.set(features instanceof Uint8Array ? Uint8ClampedArray.from(image) : image, row * length);
    }
  });
  return { ...examples, features: changed };
}
