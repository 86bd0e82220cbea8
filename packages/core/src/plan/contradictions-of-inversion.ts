/**
 * Contradictions of gradient inversion: updates that no made-up examples explain, or that are not to be explained.
 *
 * @module
 */
import { sgd } from "../solver/index.ts";
import type { Rule } from "./contradiction.ts";
import type { FederatedParts } from "./federated-parts.ts";

/** What is to be inverted has to be known, update by update. */
const inversionOfWhatIsConcealed: Rule = ({ conversion, upload, aggregation }) => {
  const concealing = [upload, aggregation].find(({ conceals }) => conceals === true);
  if (conversion.part.name !== "gradient-inversion" || concealing === undefined) return null;
  return {
    sentence:
      `conversion "gradient-inversion" makes up the examples behind every single update, and ${concealing.part.room} ` +
      `"${concealing.part.name}" is there to keep from the server what a single update says: it would be an attack on ` +
      "what was promised to clients",
    remedy: 'Use conversion "none" with a staleness discount, or give up the promise.',
  };
};

/** Only steps of plain descent are followed. */
const inversionOfOtherSteps: Rule = ({ conversion, solver }) => {
  if (conversion.part.name !== "gradient-inversion" || isPlainDescent(solver)) return null;
  return {
    sentence:
      `conversion "gradient-inversion" follows the steps of plain gradient descent, and solver "${solver.part.name}" ` +
      "with these options takes others: what is made up would not explain an update",
    remedy: 'Use solver "sgd" with a learning rate and nothing else, or conversion "none".',
  };
};

function isPlainDescent({ part }: FederatedParts["solver"]): boolean {
  if (part.name !== "sgd") return false;
  const plain = sgd({ learningRate: Number(part.options["learningRate"]) });
  return JSON.stringify(part.options) === JSON.stringify(plain.part.options);
}

/** Where most of an update is 0 whatever the examples were, none explain it. */
const inversionOfWhatIsLeftOut: Rule = ({ conversion, upload }) =>
  conversion.part.name === "gradient-inversion" && upload.isSparse === true
    ? {
        sentence:
          'conversion "gradient-inversion" looks for examples that explain an update, and with upload ' +
          `"${upload.part.name}" and these options most numbers of an update arrive as 0, whatever the examples were: ` +
          "hardly anything is found, at the full cost of the search",
        remedy:
          'Use conversion "none", or a codec that sends every number, such as "float16", "k-means" or "qsgd" with 8 bits.',
      }
    : null;

/** A model of so many parameters stands for all: the variance of sketches hardly depends on it. */
const MANY_PARAMETERS = 1_000_000;

/** Of a sketch noise arrives with every update, as much of it as the codec says; of what rounds, far less than it says at worst. */
const inversionOfNoise: Rule = ({ conversion, upload }) => {
  const { guarantee, isLinear, part } = upload;
  if (conversion.part.name !== "gradient-inversion" || guarantee.kind !== "unbiased" || !isLinear) return null;
  const variance = guarantee.variance(MANY_PARAMETERS);
  if (variance <= 1) return null;
  return {
    sentence:
      `conversion "gradient-inversion" looks for examples that explain an update, and with upload "${part.name}" and these options it arrives ` +
      `with ${variance.toFixed(1)} times as much noise as update, squared: what is found would explain the noise`,
    remedy:
      'Use conversion "none", a ratio of a half or more, or a codec such as "float16", "k-means" or "qsgd" with 8 bits.',
  };
};

/** What is sent with feedback is not what the client's examples say alone. */
const inversionOfWhatWasKept: Rule = ({ conversion, feedback }) =>
  conversion.part.name === "gradient-inversion" && feedback.part.name !== "none"
    ? {
        sentence:
          'conversion "gradient-inversion" looks for examples that explain an update, and with feedback ' +
          `"${feedback.part.name}" it also holds what earlier messages have lost: no examples explain it`,
        remedy: 'Use conversion "none", or leave the feedback out.',
      }
    : null;

/** All of them, most basic first. */
export const inversionRules: readonly Rule[] = [
  inversionOfWhatIsConcealed,
  inversionOfOtherSteps,
  inversionOfWhatIsLeftOut,
  inversionOfNoise,
  inversionOfWhatWasKept,
];
