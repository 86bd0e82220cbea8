/**
 * What arms differ in, and what runs of one seed have in common.
 *
 * @module
 */
import type { RunOutcome } from "@potluck/scenario";
import { agreeOnAccuracy, type Arm, type Arms, lossKinds } from "./arms.ts";

/** A setting in which arms differ, with its value in each of them; null where an arm has no such setting. */
export interface Contrast {
  readonly setting: string;
  /** Of an arm whose runs do not agree, all values of it, and that they vary. */
  readonly values: readonly (string | null)[];
}

/** What arms differ in, or the runs of an arm among themselves. */
export function contrasts(arms: Arms): readonly Contrast[] {
  const described = arms.map(({ runs }) => runs.map(({ outcome }) => settingsOf(outcome)));
  const names = new Set(described.flat().flatMap((settings) => [...settings.keys()]));
  return [...names].flatMap((setting) => {
    const values = described.map((runs) => new Set(runs.map((settings) => settings.get(setting) ?? null)));
    const isOne = new Set(values.flatMap((own) => [...own])).size === 1;
    return isOne ? [] : [{ setting, values: values.map(valueOf) }];
  });
}

/** The value that all runs of an arm have, or that they have several. */
function valueOf(values: ReadonlySet<string | null>): string | null {
  const [only = null, another] = values;
  if (another === undefined) return only;
  return `varies: ${[...values].map((value) => value ?? "none").join(" or ")}`;
}

/** All that was chosen for a run, by name: "solver", "solver learningRate", "versions", "objective". */
function settingsOf({ parts, settings, conditions }: RunOutcome): ReadonlyMap<string, string> {
  const { uploadBytesPerSecond, downloadBytesPerSecond, flopsPerSecond, ...others } = conditions;
  const server = {
    "server uploadBytesPerSecond": uploadBytesPerSecond,
    "server downloadBytesPerSecond": downloadBytesPerSecond,
    ...(flopsPerSecond !== undefined && { "server flopsPerSecond": flopsPerSecond }),
  };
  const ofParts = parts.flatMap(({ room, name, options }) => [
    [room, name] as const,
    ...Object.entries(options).map(([option, value]) => [`${room} ${option}`, JSON.stringify(value)] as const),
  ]);
  const rest = Object.entries({ ...settings, ...server, ...others }).filter(([, value]) => value !== null);
  return new Map([...ofParts, ...rest.map(([name, value]) => [name, String(value)] as const)]);
}

/**
 * The rooms of what a seed decides before the first event, where runs of a seed begin alike if they agree; and of what
 * their models are measured by.
 */
const SHARED = ["model", "loss", "data", "partition", "fleet"] as const;

/** What runs of the same seed do not share, of first model, loss, data, partition and fleet; nothing where all are paired. */
function unshared(arms: Arms): readonly string[] {
  const [{ runs }] = arms;
  return SHARED.filter((room) =>
    runs.some((_, at) => {
      const parts = arms.map((arm) => arm.runs[at]?.outcome.parts.filter((part) => part.room === room));
      return new Set(parts.map((own) => JSON.stringify(own))).size > 1;
    }),
  );
}

/** What the arms have in common for each seed, in a sentence, and in another one which arms are not one thing. */
export function pairingSentence(arms: Arms): string {
  const different = unshared(arms);
  const shared =
    different.length === 0
      ? "For each seed all arms share data, partition, fleet and first model."
      : `Arms of the same seed differ in ${different.join(" and ")}: what they share beyond the seed is only the rest.`;
  const losses = lossKinds(arms).length === 1 ? [] : ["Losses of different kinds are not comparable."];
  const accuracies = agreeOnAccuracy(arms) ? [] : ["Nor are accuracies: the loss of an arm defines none."];
  return [shared, ...losses, ...accuracies, ...arms.flatMap(unsteadySentence)].join(" ");
}

function unsteadySentence({ name, runs }: Arm): readonly string[] {
  const varying = contrasts([{ name, runs }]).map(({ setting }) => setting);
  return varying.length === 0 ? [] : [`The runs of ${name} differ in ${varying.join(", ")}.`];
}
