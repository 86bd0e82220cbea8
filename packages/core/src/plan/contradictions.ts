/**
 * Contradictions: combinations of parts whose guarantees cancel each other. A plan with one is refused when it is
 * built. Each rule names the two parts and says why, and what to do instead.
 *
 * @module
 */
import type { Memory } from "../feedback/feedback.ts";
import type { PartReference } from "../part/part.ts";
import type { Contradiction, Rule } from "./contradiction.ts";
import { inversionRules } from "./contradictions-of-inversion.ts";
import type { FederatedParts } from "./federated-parts.ts";

/** The contradictions of a plan, most basic first; none for a sound one. */
export function contradictions(parts: FederatedParts): readonly Contradiction[] {
  return RULES.map((rule) => rule(parts)).filter((found) => found !== null);
}

const examplesCountTwice: Rule = ({ pacing, selection, weighting, aggregation, participation }) =>
  selection.part.name === "by-examples" &&
  weighting.part.name === "by-examples" &&
  !leavesNobodyOut(pacing.part) &&
  !cancelsWeights(pacing.part, aggregation.part) &&
  // Where the latest update of everyone counts, or how often each is heard is made up for, being asked more often adds nothing.
  aggregation.lasting !== true &&
  !countsAbsence(participation.part)
    ? {
        sentence:
          'selection "by-examples" and weighting "by-examples" count every example twice: a client with n examples ' +
          "would be asked in proportion to n and then weighed with n, so its voice grows with n²",
        remedy:
          'Use selection "by-examples" with weighting "uniform", or selection "uniform" with weighting "by-examples".',
      }
    : null;

/** Whether a participation makes up for how seldom clients are heard. Intervals that are cut off at one version are all alike. */
export function countsAbsence({ name, options }: PartReference): boolean {
  return name !== "uncorrected" && options["cutOff"] !== 1;
}

/** Examples have to be divided by examples, and what is no number of examples must not be. */
const weightsInOtherUnits: Rule = ({ weighting, aggregation }) => {
  const { name, options } = aggregation.part;
  if (name !== "sum" && name !== "mixing") return null;
  const divideBy = name === "sum" ? options["divideBy"] : "updates";
  const counted = weighting.part.name === "by-examples";
  const countedBelow = divideBy === "examples" || divideBy === "share";
  if (counted === countedBelow) return null;
  const how = name === "sum" ? `aggregation "sum", divided by ${JSON.stringify(divideBy)},` : `aggregation "${name}"`;
  return {
    sentence: counted
      ? `${how} takes weights of about 1, and weighting "by-examples" gives numbers of examples: an update would count hundreds of times`
      : `${how} takes numbers of examples as weights, and weighting "${weighting.part.name}" gives about 1: an update would hardly count`,
    remedy:
      name === "sum"
        ? 'Use weighting "uniform" with divideBy "updates" or "clients", weighting "by-examples" with "examples" or "share".'
        : 'Use weighting "uniform".',
  };
};

/** What is divided by all examples has to count all examples. */
const cappedAboveTheDivisor: Rule = ({ pacing, weighting, aggregation }) => {
  const { name, options } = aggregation.part;
  const divideBy = options["divideBy"];
  const countsAll = name === "sum" && (divideBy === "examples" || divideBy === "share");
  if (!countsAll || !isCapped(weighting)) return null;
  return {
    sentence:
      `weighting "${weighting.part.name}" counts no more than ${JSON.stringify(weighting.part.options["examplesCap"])} examples of an ` +
      `update, and aggregation "sum", divided by ${JSON.stringify(divideBy)}, divides by all examples that clients hold: ` +
      "every step of the model would be too short, by as much as the cap takes away",
    remedy: publishesAlone(pacing.part)
      ? 'Leave "examplesCap" out.'
      : 'Leave "examplesCap" out, or use aggregation "mean", which divides by the weights that are there.',
  };
};

function isCapped({ part }: FederatedParts["weighting"]): boolean {
  return typeof part.options["examplesCap"] === "number";
}

/** Everyone's latest update counts in every version, so that nobody is seldom heard. */
const absenceMadeUpForTwice: Rule = ({ aggregation, participation }) =>
  aggregation.part.name === "afa-cs" && isCorrected(participation)
    ? {
        sentence:
          'aggregation "afa-cs" lets the latest update of every client count in every version, and participation ' +
          `"${participation.part.name}" weighs it by how seldom its client answers: who is seldom heard would count twice over`,
        remedy: 'Leave the participation out, or use aggregation "sum", divided by "clients" or "examples".',
      }
    : null;

/** Between two models lie those with weights of at most 1. */
const mixedBeyondWhatWasSent: Rule = ({ aggregation, participation }) =>
  aggregation.part.name === "mixing" && isCorrected(participation)
    ? {
        sentence:
          'aggregation "mixing" moves the model towards the one that a client sends, by a share of the way, and ' +
          `participation "${participation.part.name}" multiplies that share with the versions between the client's ` +
          "updates: the model would be thrown beyond what was sent, and diverge",
        remedy: 'Leave the participation out, or use aggregation "sum", divided by "clients" or "examples".',
      }
    : null;

function isCorrected({ part }: FederatedParts["participation"]): boolean {
  return part.name !== "uncorrected";
}

/** In a mean of one update its weight cancels. */
const weightThatCancels: Rule = (parts) => {
  const { pacing, aggregation } = parts;
  const idle = cancelsWeights(pacing.part, aggregation.part) ? idleWeightIn(parts) : null;
  if (idle === null) return null;
  return {
    sentence:
      `pacing "${pacing.part.name}" publishes every update alone, and aggregation "${aggregation.part.name}" divides it ` +
      `by its own weight: the ${idle.what} would change nothing`,
    remedy: idle.remedy,
  };
};

/** What is meant to weigh updates, and what to use so that it does; null where nothing is. */
function idleWeightIn({
  weighting,
  staleness,
  participation,
}: FederatedParts): { readonly what: string; readonly remedy: string } | null {
  if (isCorrected(participation)) {
    const what = `participation correction "${participation.part.name}"`;
    return { what, remedy: 'Use aggregation "sum", divided by "clients" or "examples".' };
  }
  if (staleness.part.name !== "constant") {
    return { what: `staleness discount "${staleness.part.name}"`, remedy: 'Use aggregation "sum" or "mixing".' };
  }
  if (weighting.part.name !== "uniform") {
    const uncapped = isCapped(weighting) ? 'leave its "examplesCap" out and ' : "";
    const remedy = `Leave the weighting out, or ${uncapped}use aggregation "sum", divided by "examples".`;
    return { what: `weighting "${weighting.part.name}"`, remedy };
  }
  return null;
}

/** Whether updates count alike whatever they weigh: each makes a version, in which it is divided by its own weight. */
export function cancelsWeights(pacing: PartReference, aggregation: PartReference): boolean {
  return publishesAlone(pacing) && ["mean", "fed-nova", "afa-cd"].includes(aggregation.name);
}

/**
 * Whether a version is made of one update. A round ends as soon as its cohort has answered, and with fixed intervals whoever
 * works gets work at ticks only.
 */
function publishesAlone({ name, options }: PartReference): boolean {
  if (name === "fed-async" || options["updates"] === 1) return true;
  return (name === "rounds" && options["cohort"] === 1) || (name === "fed-fix" && options["concurrency"] === 1);
}

const workWithoutSteps: Rule = ({ pacing, work }) =>
  pacing.part.name === "fed-compass" && "epochs" in work
    ? {
        sentence: 'pacing "fed-compass" gives every client its own number of steps, and the work is counted in epochs',
        remedy: "Write work: { minimumSteps: 20, maximumSteps: 100, batchSize: 32 }.",
      }
    : null;

const selectionWithoutChoice: Rule = ({ pacing, selection }) => {
  if (!leavesNobodyOut(pacing.part) || selection.part.name === "uniform") return null;
  const others = "concurrency" in pacing.part.options ? "give the pacing a concurrency" : "use another pacing";
  return { sentence: nothingToChoose(pacing.part, selection.part), remedy: `Leave the selection out, or ${others}.` };
};

function nothingToChoose(pacing: PartReference, selection: PartReference): string {
  return `pacing "${pacing.name}" gives work to every client that is free, so that selection "${selection.name}" would have nothing to choose`;
}

/** A sentence where `clients` clients are no more than may work at once, and a selection is to choose among them; else null. */
export function choiceAmong({ pacing, selection }: FederatedParts, clients: number): string | null {
  const { concurrency } = pacing.part.options;
  if (selection.part.name === "uniform" || typeof concurrency !== "number" || concurrency < clients) return null;
  return `${nothingToChoose(pacing.part, selection.part)}: ${concurrency} may work at once, and the fleet has ${clients}`;
}

/** Whether a pacing gives work to all who are free. */
function leavesNobodyOut({ name, options }: PartReference): boolean {
  return name === "fed-compass" || name === "anarchic" || options["concurrency"] === null;
}

/** What is kept from message to message is what codecs make of it. */
const feedbackOfOtherCodecs: Rule = ({ upload, feedback }) => {
  const { takes } = feedback;
  if (takes === undefined || takes.kinds.includes(upload.guarantee.kind)) return null;
  return {
    sentence:
      `feedback "${feedback.part.name}" needs a codec that ${takes.needs}; upload "${upload.part.name}" ` +
      WHAT_CODECS_DO[upload.guarantee.kind],
    remedy: takes.remedy,
  };
};

const WHAT_CODECS_DO = {
  exact: "loses nothing",
  unbiased: "is right on average and off by noise",
  contractive: "leaves something out",
  absolute: "rounds",
} as const;

/** Whether what is made of memories is made of the plain mean over clients. */
export function remembersAlike(memory: Memory | undefined): boolean {
  return memory !== undefined && (memory.base === "mean" || memory.smoothness !== undefined);
}

/** The mean of what is remembered of clients is what all of them are corrected towards, or compared with. */
const memoriesOfOtherWeights: Rule = ({ feedback, weighting, selection }) => {
  const other = [weighting, selection].find(({ part }) => part.name !== "uniform");
  if (!remembersAlike(feedback.memory) || other === undefined) return null;
  const does = feedback.memory?.base === "mean" ? "corrects clients towards" : "compares clients with";
  const counts = other === weighting ? "counts them by something else" : "asks them by something else";
  return {
    sentence:
      `feedback "${feedback.part.name}" ${does} the plain mean of what is remembered of all, and ${other.part.room} ` +
      `"${other.part.name}" ${counts}: the plan would train for neither`,
    remedy: `Use ${other.part.room} "uniform", or another feedback.`,
  };
};

/** What is remembered is decoded, client by client. */
const memoriesOfWhatIsConcealed: Rule = ({ feedback, upload, aggregation }) => {
  const concealing = [upload, aggregation].find(({ conceals }) => conceals === true);
  if (feedback.memory === undefined || concealing === undefined) return null;
  return {
    sentence:
      `feedback "${feedback.part.name}" has the server remember what every client said, and ${concealing.part.room} ` +
      `"${concealing.part.name}" is there to keep from the server what a single update says`,
    remedy: 'Use feedback "error-feedback", which clients keep to themselves, or give up the promise.',
  };
};

const RULES: readonly Rule[] = [
  examplesCountTwice,
  weightsInOtherUnits,
  cappedAboveTheDivisor,
  weightThatCancels,
  absenceMadeUpForTwice,
  mixedBeyondWhatWasSent,
  workWithoutSteps,
  selectionWithoutChoice,
  ...inversionRules,
  feedbackOfOtherCodecs,
  memoriesOfOtherWeights,
  memoriesOfWhatIsConcealed,
];
