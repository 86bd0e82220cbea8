/**
 * What to choose in the Lab to see a part of the catalogue at work: it stands in the second plan, beside a sensible
 * baseline, or in the scene where it is a part of that.
 *
 * @module
 */
import { entryIn, type Fields, type LabChoice, type LabPlan, withField } from "./choice.ts";
import { choiceOf, planOf, planPresets, sceneCalled, type ScenePreset } from "./presets.ts";
import { isTried } from "./tried.ts";

/** The choice for a part; null for one that the Lab cannot run. */
export function choiceForPart(room: string, name: string): LabChoice | null {
  if (!isTried(room, name)) return null;
  const entry = { name, ...needs[`${room}/${name}`] };
  if (room === "coding") return codedChoice(entry);
  const scene = sceneParts[room];
  if (scene !== undefined) return scene(entry);
  const plans = planParts[room];
  const preset = sceneCalled(room === "conversion" ? "clusters" : "digits");
  return plans === undefined ? null : { ...choiceOf(preset, []), plans: plans(entry, preset) };
}

/** A part with its options, as a file names it. */
type Entry = Fields & { readonly name: string };

/** Options without a default, and those without which a part shows little. */
const needs: Readonly<Record<string, Fields>> = {
  "solver/sgd": { learningRate: 0.3 },
  "solver/adam": { learningRate: 0.002 },
  "solver/fed-prox": { mu: 0.1, learningRate: 0.3 },
  "download/changes": { codec: { name: "top-k", ratio: 0.1 } },
  "codec/chain": { sparsifier: { name: "top-k", ratio: 0.1 }, quantiser: { name: "qsgd" } },
  "codec/entropy": { codec: { name: "qsgd" } },
  "codec/per-layer": { codec: { name: "qsgd" } },
  "codec/threshold": { threshold: 0.001 },
  "codec/top-k": { ratio: 0.1 },
  "codec/rand-k": { ratio: 0.25 },
  "server-optimizer/adagrad": { learningRate: 0.03 },
  "server-optimizer/adam": { learningRate: 0.01 },
  "server-optimizer/yogi": { learningRate: 0.01 },
  "coding/gradient-coding": { tolerated: 2 },
  "coding/ignoring-stragglers": { ignored: 2 },
  "coding/replication": { copies: 2 },
  "coding/m-sgc": { burst: 1, window: 2, most: 4 },
  "coding/sr-sgc": { burst: 1, window: 2, most: 4 },
  "partition/dirichlet": { alpha: 0.3 },
  "partition/dirichlet-quantity": { beta: 0.3 },
  "partition/label-drift": { at: [10, 20] },
  "partition/prior-drift": { at: [10, 20] },
  "partition/long-tail": { imbalance: 20 },
};

const SUM = { name: "sum", divideBy: "examples" } as const;

/** A plan with other fields; undefined takes one away. */
function changed({ title, plan }: LabPlan, changes: Fields, other = title): LabPlan {
  const fields = Object.entries(changes).reduce((so, [field, value]) => withField(so, field, value), plan);
  return { title: other, plan: fields };
}

/** The same plan twice, without the part and with it. */
function beside(plan: LabPlan, without: Fields, withPart: Fields, name: string): readonly LabPlan[] {
  return [changed(plan, without), changed(plan, withPart, name)];
}

type Plans = (entry: Entry, preset: ScenePreset) => readonly LabPlan[];

/** FedAvg with another part in one field, beside FedAvg with `usual`, or with `other` where that is the part itself. */
function inField(field: string, usual: Entry | undefined, other: Entry): Plans {
  return (entry, preset) => {
    const baseline = entry.name === usual?.name || (usual === undefined && entry.name === "none") ? other : usual;
    const [first, second] = beside(planOf("FedAvg", preset), { [field]: baseline }, { [field]: entry }, entry.name);
    const title = baseline === other ? other.name : "FedAvg";
    return first === undefined || second === undefined ? [] : [{ ...first, title }, second];
  };
}

/** What is sent where a feedback is tried: what it asks for, or else messages that leave much out. */
const MESSAGES: Readonly<Record<string, Entry>> = { scaffold: { name: "identity" }, scallion: { name: "qsgd" } };
const SPARSE: Entry = { name: "top-k", ratio: 0.05 };

const planParts: Readonly<Record<string, Plans>> = {
  pacing: pacingPlans,
  selection: selectionPlans,
  solver: (entry, preset) =>
    inField(
      "solver",
      { name: "sgd", learningRate: 0.3 },
      { name: "fed-prox", mu: 0.1, learningRate: 0.3 },
    )(entry, preset),
  codec: inField("upload", { name: "identity" }, { name: "float16" }),
  download: inField("download", { name: "whole" }, { name: "changes", codec: { name: "top-k", ratio: 0.1 } }),
  feedback: feedbackPlans,
  conversion: (entry, preset) =>
    beside(planOf("FedBuff", preset), { conversion: { name: "none" } }, { conversion: entry }, entry.name),
  weighting: (entry, preset) =>
    beside(
      changed(planOf("FedAvg", preset), { aggregation: { name: "mean" } }),
      { weighting: { name: entry.name === "uniform" ? "by-examples" : "uniform" } },
      { weighting: entry },
      `FedAvg, ${entry.name}`,
    ),
  staleness: (entry, preset) =>
    beside(
      planOf("FedBuff", preset),
      { staleness: { name: entry.name === "constant" ? "polynomial" : "constant" } },
      { staleness: entry },
      `FedBuff, ${entry.name}`,
    ),
  participation: (entry, preset) =>
    beside(
      planOf("FedFix", preset),
      { participation: { name: entry.name === "uncorrected" ? "inverse" : "uncorrected" } },
      { participation: entry },
      `FedFix, ${entry.name}`,
    ),
  aggregation: aggregationPlans,
  "server-optimizer": inField("serverOptimizer", { name: "sgd", learningRate: 1 }, { name: "momentum" }),
};

function pacingPlans({ name }: Entry, preset: ScenePreset): readonly LabPlan[] {
  const known = planPresets.find(({ planWith }) => entryIn(planWith(preset.local), "pacing")?.name === name);
  const [average, fixed] = [planOf("FedAvg", preset), planOf("FedFix", preset)];
  if (name === "rounds") return [fixed, average];
  if (known !== undefined) return [average, planOf(known.title, preset)];
  if (name === "fed-compass") {
    const work = { minimumSteps: 10, maximumSteps: 30, batchSize: 16 };
    const changes = { pacing: { name }, work, staleness: { name: "polynomial" }, aggregation: SUM };
    return [average, changed(average, { ...changes, versions: 1000 }, "FedCompass")];
  }
  return [average, changed(average, { pacing: { name }, aggregation: { name: "afa-cd" }, versions: 1000 }, name)];
}

function feedbackPlans(entry: Entry, preset: ScenePreset): readonly LabPlan[] {
  const upload = MESSAGES[entry.name] ?? SPARSE;
  const plain = changed(planOf("FedAvg", preset), { upload }, `FedAvg, ${upload.name}`);
  const baseline = entry.name === "none" ? { name: "error-feedback" } : { name: "none" };
  return beside(plain, { feedback: baseline }, { feedback: entry }, `FedAvg, ${upload.name}, ${entry.name}`);
}

/** Whoever is asked the more often the more it holds must not count more for that once again. */
function selectionPlans({ name }: Entry, preset: ScenePreset): readonly LabPlan[] {
  const drawn = changed(planOf("FedAvg", preset), { selection: { name: "uniform" } });
  const changes = { selection: { name: "by-examples" }, weighting: { name: "uniform" } };
  const other = changed(drawn, changes, "FedAvg, by examples");
  return name === "by-examples" ? [drawn, other] : [other, drawn];
}

function aggregationPlans(entry: Entry, preset: ScenePreset): readonly LabPlan[] {
  const buffered = planOf("FedBuff", preset);
  switch (entry.name) {
    case "afa-cd":
    case "afa-cs": {
      const changes = { pacing: { name: "anarchic" }, staleness: undefined, aggregation: entry, versions: 1000 };
      return [planOf("FedAvg", preset), changed(buffered, changes, entry.name)];
    }
    case "mixing":
      return [planOf("FedAvg", preset), planOf("FedAsync", preset)];
    case "sum":
      return [planOf("FedAvg", preset), changed(planOf("FedFix", preset), { aggregation: SUM }, "FedFix, sum")];
    default: {
      const other = { name: entry.name === "mean" ? "fed-nova" : "mean" };
      return beside(planOf("FedAvg", preset), { aggregation: other }, { aggregation: entry }, `FedAvg, ${entry.name}`);
    }
  }
}

/** A scene with another part, for FedAvg and FedFix. */
function inScene(field: string, preset: ScenePreset, others: Fields = {}): (entry: Entry) => LabChoice {
  return (entry) => {
    const choice = choiceOf(preset, ["FedAvg", "FedFix"]);
    return { ...choice, scene: { ...choice.scene, ...others, [field]: entry } };
  };
}

const DIGITS = sceneCalled("digits");

const sceneParts: Readonly<Record<string, (entry: Entry) => LabChoice>> = {
  data: ({ name }) => {
    const preset = ["gaussians", "synthetic", "quadratics", "synthetic-regression"].indexOf(name);
    const scene = ["clusters", "synthetic", "quadratics", "linear regression"][preset] ?? "digits";
    return choiceOf(sceneCalled(scene), ["FedAvg", "FedFix"]);
  },
  partition: (entry) => {
    if (entry.name === "replicated") return codedChoice({ name: "gradient-coding", tolerated: 2 });
    const preset = entry.name === "by-key" ? sceneCalled("synthetic") : DIGITS;
    const clients = entry.name === "by-key" ? 30 : 50;
    return inScene("partition", preset)({ ...entry, clients });
  },
  fleet: ({ name, ...options }) =>
    inScene("fleet", DIGITS)({ name, ...(name === "uniform" && { flopsPerSecond: 4e8 }), ...options }),
  model: (entry) =>
    entry.name === "linear"
      ? inScene("model", sceneCalled("linear regression"))(entry)
      : inScene("model", DIGITS)(entry),
  loss: (entry) => {
    if (entry.name === "cross-entropy") return inScene("loss", DIGITS)(entry);
    return inScene("loss", sceneCalled("linear regression"))(entry);
  },
};

/** Workers of which some are late, whose gradient is computed with a code and without. */
function codedChoice(coding: Entry): LabChoice {
  const plan = { models: [{ name: "sgd", learningRate: 0.5 }], jobs: 60, batchSize: 800, patience: 0.5 };
  const uncoded = { title: "uncoded", plan: { ...plan, coding: { name: "uncoded" } } };
  const other = coding.name === "uncoded" ? { name: "replication", copies: 2 } : coding;
  const tried = { title: coding.name, plan: { ...plan, coding: other } };
  const scene = {
    ...DIGITS.scene,
    model: { name: "mlp", hidden: [] },
    partition: { name: "replicated", clients: 8 },
    fleet: { name: "uniform", flopsPerSecond: 1e9, computeNoise: 1.2 },
    targetAccuracy: 0.8,
  };
  const plans = coding.name === "uncoded" ? [{ ...tried, title: "replication" }, uncoded] : [uncoded, tried];
  return { seed: 1, scene, plans };
}
