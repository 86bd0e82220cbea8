/**
 * Warnings: what a plan may do and has no guarantee for. It is run all the same, and its user is told. Each rule names the part, says what
 * may happen, and what to do instead.
 *
 * @module
 */
import type { Guarantee } from "../codec/codec.ts";
import { bestDamping } from "../feedback/control-variates.ts";
import type { OptionValue } from "../part/options.ts";
import type { Contradiction, Rule } from "./contradiction.ts";
import type { FederatedParts } from "./federated-parts.ts";

/** Something to know of a plan before it is run. */
export type Warning = Contradiction;

/** The warnings of a plan without contradictions; none where all that it does is covered by some analysis that we know. */
export function warningsOf(parts: FederatedParts): readonly Warning[] {
  return RULES.map((rule) => rule(parts)).filter((found) => found !== null);
}

/** Constants of codecs can depend on how many parameters there are, which is not known yet: those for so many are looked at. */
const LENGTH = 2 ** 20;

/** The least share δ of an update that is to arrive where nothing keeps what does not. */
const LITTLE_ARRIVES = 0.5;

/** Whether a biased codec leaves out what may be most of an update. */
function leavesOutMuch(guarantee: Guarantee): boolean {
  if (guarantee.kind === "contractive") return guarantee.contraction(LENGTH) <= LITTLE_ARRIVES;
  return guarantee.kind === "absolute";
}

const lostForGood: Rule = ({ upload, feedback }) => {
  if (feedback.part.name !== "none" || !leavesOutMuch(upload.guarantee)) return null;
  return {
    sentence:
      `upload "${upload.part.name}" leaves out what is small, and without feedback that is lost for good: training may ` +
      "come to rest somewhere else than without it",
    remedy: 'Use feedback "error-feedback", or a codec that is right on average, such as "qsgd".',
  };
};

/** By how much shorter steps have to be for their noise before it is told. */
const MUCH_SHORTER = 10;

const noiseWithoutFeedback: Rule = ({ upload, feedback, pacing }) => {
  const { guarantee } = upload;
  if (feedback.part.name !== "none" || guarantee.kind !== "unbiased") return null;
  const variance = guarantee.variance(LENGTH);
  const shorter = 1 + variance / togetherIn(pacing.part.options);
  if (shorter <= MUCH_SHORTER) return null;
  return {
    sentence:
      `upload "${upload.part.name}" is right on average, and the noise of a message is up to ${rounded(variance)} times its update, squared: ` +
      `learning rates may have to be ${rounded(shorter)} times smaller than without it`,
    remedy: 'Send more of each update, average more of them, or use feedback "scallion", which damps the noise.',
  };
};

/** What is kept on the way down is error feedback; what is dropped has none. */
const lostOnTheWayDown: Rule = ({ download: { changes, drops, part } }) =>
  changes !== null && drops === true && leavesOutMuch(changes.guarantee)
    ? {
        sentence:
          `download "${part.name}" drops what codec "${changes.part.name}" leaves out, and what is small is lost for good: training may ` +
          "come to rest somewhere else than without it",
        remedy: 'Use lost "kept", or a codec that is right on average, such as "qsgd".',
      }
    : null;

/** Nothing is averaged on the way down: every version has one message. */
const noiseOnTheWayDown: Rule = ({ download: { changes, drops, part } }) => {
  if (changes?.guarantee.kind !== "unbiased" || drops !== true) return null;
  const variance = changes.guarantee.variance(LENGTH);
  if (1 + variance <= MUCH_SHORTER) return null;
  return {
    sentence:
      `download "${part.name}" drops what codec "${changes.part.name}" loses, and the noise of a version is up to ${rounded(variance)} times its ` +
      `step, squared: learning rates may have to be ${rounded(1 + variance)} times smaller than without it`,
    remedy: 'Send more of each version, or use lost "kept" with a codec such as "top-k".',
  };
};

/** How many updates are averaged at least, as far as the pacing tells. */
function togetherIn({ cohort, updates }: Readonly<Record<string, OptionValue>>): number {
  return [cohort, updates].find((count) => typeof count === "number") ?? 1;
}

/** From 2 / (1 + ω) on what is remembered comes no closer to what is to be said, see `bestDamping`. */
const dampedTooLittle: Rule = ({ upload, feedback }) => {
  const { damping } = feedback.part.options;
  const best = bestDamping(upload, LENGTH);
  if (feedback.part.name !== "scallion" || typeof damping !== "number" || damping < 2 * best) return null;
  return {
    sentence:
      `feedback "scallion" with damping ${damping} and upload "${upload.part.name}" adds more noise with every message than it ` +
      "takes away: training will most likely diverge",
    remedy: `Leave damping out, or set it to about ${best.toPrecision(2)}.`,
  };
};

const momentumTwice: Rule = ({ feedback, serverOptimizer, solver }) => {
  if (feedback.part.name !== "dgc" || !hasMomentum(feedback)) return null;
  const other = [serverOptimizer, solver].find(hasMomentum);
  if (other === undefined) return null;
  return {
    sentence:
      `feedback "dgc" keeps momentum at the clients, and ${other.part.room} "${other.part.name}" adds its own: updates gather ` +
      "momentum twice, and steps are many times as long",
    remedy: `Use ${other.part.room} "sgd" without momentum, or feedback "error-feedback".`,
  };
};

/** Whether a part has momentum, by whatever name: Adam and Yogi have β₁. */
function hasMomentum({ part }: Pick<FederatedParts["feedback"], "part">): boolean {
  const { momentum, beta1 } = part.options;
  return [momentum, beta1].some((share) => typeof share === "number" && share > 0);
}

const rateOfNoGuarantee: Rule = ({ upload, feedback }) =>
  feedback.part.name === "ef21-w" &&
  feedback.part.options["rate"] === "estimated" &&
  upload.guarantee.kind === "absolute"
    ? {
        sentence:
          `feedback "ef21-w" estimates the rate by the share of an update that arrives, and upload "${upload.part.name}" guarantees ` +
          "none: steps are as long as if nothing were lost, and may be too long",
        remedy: 'Use upload "top-k", or set rate to "given".',
      }
    : null;

const rateForWholeModels: Rule = ({ download: { changes, part }, feedback }) =>
  feedback.part.name === "ef21-w" &&
  feedback.part.options["rate"] === "estimated" &&
  changes !== null &&
  (changes.guarantee.kind === "unbiased" || leavesOutMuch(changes.guarantee))
    ? {
        sentence:
          `feedback "ef21-w" estimates the rate as if clients had the model itself, and with download "${part.name}" by codec ` +
          `"${changes.part.name}" they have one that is off: steps may be too long`,
        remedy: 'Send models down whole, or set rate to "given".',
      }
    : null;

function rounded(value: number): string {
  return String(Math.round(value));
}

const RULES: readonly Rule[] = [
  lostForGood,
  noiseWithoutFeedback,
  lostOnTheWayDown,
  noiseOnTheWayDown,
  dampedTooLittle,
  momentumTwice,
  rateOfNoGuarantee,
  rateForWholeModels,
];
