/**
 * What came of choosing a gradient code: lines for people.
 *
 * @module
 */
import { decimal, percent } from "@potluck/comparison";
import { type Candidate, type Explanation, present, type TimeModel, type Tuning } from "@potluck/core";
import { textTable } from "./text-table.ts";

/** What a choice rests on beside the times. */
export interface TuningGrounds extends TimeModel {
  /** The share of a job that workers computed in the recorded rounds, and whether nobody said so. */
  readonly load: number;
  readonly loadIsAssumed: boolean;
  /** Whether nothing showed how slowness works, and nobody said so. */
  readonly slownessIsAssumed: boolean;
  /** How well each kind of slowness explains rounds held out; null where that was not asked, or cannot be said. */
  readonly explanation: Explanation | null;
  readonly models: number;
  readonly patiences: readonly number[];
}

/** What `potluck code tune` prints. */
export function tuningLines(tuning: Tuning, grounds: TuningGrounds): readonly string[] {
  const { secondsPerLoad, load, loadIsAssumed, patiences } = grounds;
  const { kinds, tried, rounds } = tuning;
  const plain = present(kinds[0], "what it takes without a code");
  return [
    `${tried} codes tried, each with ${patiences.length === 1 ? "a patience" : "patiences"} of ${patiences.join(", ")}; a whole job takes a worker ${decimal(secondsPerLoad)} s longer than nothing`,
    `recorded at a load of ${decimal(load)}${loadIsAssumed ? ", as without a code: the file does not say (--load)" : ""}`,
    slownessLine(grounds),
    "",
    ...textTable(
      [
        "best of its kind",
        "options",
        "patience",
        "load",
        "delay",
        "chosen by",
        "held out",
        "against uncoded",
        "waited",
      ],
      kinds.map((kind) => [
        kind.coding.name,
        optionsText(kind),
        String(kind.patience),
        decimal(kind.load),
        String(kind.delay),
        `${decimal(kind.chosenBy)} s`,
        `${decimal(kind.heldOut)} s`,
        percent(kind.heldOut / plain.heldOut),
        percent(kind.waited),
      ]),
      [2, 3, 4, 5, 6, 7, 8],
    ),
    "",
    `"chosen by" is the mean of ${rounds.chosenBy} rounds, "held out" of ${rounds.heldOut} others`,
    verdictOf(tuning),
    ...planLines(tuning),
  ];
}

/** How slowness is taken to work, and why. */
function slownessLine({ slowness, slownessIsAssumed, explanation }: TuningGrounds): string {
  const held = {
    adds: "slowness adds to the time of work, as slow networks do",
    multiplies: "slowness multiplies the time of work, as slow processors do",
  };
  if (explanation !== null) {
    const other = slowness === "adds" ? "multiplies" : "adds";
    const [taken, left] = [decimal(explanation[slowness]), decimal(explanation[other])];
    return `${held[slowness]}: that foretells rounds held out to ${taken} s, that it ${other} to ${left} s`;
  }
  return `${held[slowness]}: ${slownessIsAssumed ? "assumed, since there are no two rounds at each of two loads" : "as you say"} (--slowness)`;
}

/** What to write into the plan. */
function planLines(tuning: Tuning): readonly string[] {
  if (adviceOf(tuning) !== "code") return [];
  const { coding: chosen, patience } = tuning.best;
  const { name, options } = chosen;
  const coding = JSON.stringify({ name, ...options });
  return ["", "in the plan:", `  "coding": ${coding}, "patience": ${patience}`];
}

/** What is to be done: "do-not-code", "record-more" where what was best saved nothing in other rounds, or "code". */
export type Advice = "do-not-code" | "record-more" | "code";

/** The advice that a choice comes to. */
export function adviceOf({ best, kinds }: Tuning): Advice {
  if (best.coding.name === "uncoded") return "do-not-code";
  return best.heldOut >= present(kinds[0], "what it takes without a code").heldOut ? "record-more" : "code";
}

function optionsText({ coding }: Candidate): string {
  return Object.entries(coding.options)
    .map(([name, value]) => `${name} ${JSON.stringify(value)}`)
    .join(", ");
}

/** What to do, with what it saves in rounds that nothing was chosen by. */
function verdictOf(tuning: Tuning): string {
  const { best, kinds } = tuning;
  const plain = present(kinds[0], "what it takes without a code");
  const { name } = best.coding;
  const advice = adviceOf(tuning);
  if (advice === "do-not-code") {
    return "Do not code: without a code a job is expected to take no longer.";
  }
  if (advice === "record-more") {
    return `Record more rounds: ${name} (${optionsText(best)}) was best in the first half, and saved nothing in the other.`;
  }
  const saved = percent(1 - best.heldOut / plain.heldOut);
  if (best.delay === 0) {
    return `Plain ${name} (${optionsText(best)}) is enough: ${saved} of the time is saved, without any delay.`;
  }
  return `Use ${name} (${optionsText(best)}): ${saved} of the time is saved, with ${best.delay + 1} models side by side.`;
}
