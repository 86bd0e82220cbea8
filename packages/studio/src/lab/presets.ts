/**
 * Scenes and plans to begin with.
 *
 * @module
 */
import { entryIn, type Fields, type LabChoice, type LabPlan } from "./choice.ts";

/** So many digits lie beside the page: the first ones of MNIST, to train on and held out. */
export const DIGITS = { trainExamples: 6000, testExamples: 1000 } as const;

/** A scene and what it is called. */
export interface ScenePreset {
  readonly name: string;
  readonly about: string;
  readonly scene: Fields;
  /** What clients run in it; plans that are chosen begin with it. */
  readonly local: Fields;
}

const TIERS = { name: "tiers", slowdowns: [1, 3, 10] } as const;
const ENDING = { stopAtTarget: true, maximumSeconds: 120 } as const;
const MEAN_SQUARES = { loss: { name: "mean-squared-error" } } as const;

const DIGITS_SCENE: ScenePreset = {
  name: "digits",
  about: "The first 6,000 handwritten digits of MNIST, in ten classes",
  scene: {
    model: { name: "mlp", hidden: [64] },
    data: { name: "mnist", ...DIGITS },
    partition: { name: "dirichlet", clients: 50, alpha: 0.5 },
    fleet: { ...TIERS, flopsPerSecond: 4e8 },
    targetAccuracy: 0.9,
    ...ENDING,
  },
  local: { solver: { name: "sgd", learningRate: 0.3 }, work: { steps: 20, batchSize: 16 } },
};

/** All of them, the one to begin with first. */
export const scenes: readonly ScenePreset[] = [
  DIGITS_SCENE,
  {
    name: "clusters",
    about: "Clusters of points in five classes that are made here: over in a moment",
    scene: {
      model: { name: "mlp", hidden: [16] },
      data: { name: "gaussians", classes: 5, features: 10, examplesPerClass: 200 },
      partition: { name: "dirichlet", clients: 20, alpha: 0.3 },
      fleet: { ...TIERS, flopsPerSecond: 1e6 },
      targetAccuracy: 0.95,
      ...ENDING,
    },
    local: { solver: { name: "sgd", learningRate: 0.1 }, work: { steps: 20, batchSize: 8 } },
  },
  {
    name: "synthetic",
    about: "Synthetic(1, 1): each client has classes of its own making",
    scene: {
      model: { name: "mlp", hidden: [] },
      data: { name: "synthetic", clients: 30, alpha: 1, beta: 1 },
      partition: { name: "by-key", clients: 30 },
      fleet: { ...TIERS, flopsPerSecond: 1e6 },
      targetAccuracy: 0.8,
      ...ENDING,
    },
    local: { solver: { name: "sgd", learningRate: 0.05 }, work: { steps: 20, batchSize: 10 } },
  },
  {
    name: "quadratics",
    about: "Quadratic losses whose optimum is known exactly",
    scene: {
      model: { name: "linear", intercept: "none" },
      ...MEAN_SQUARES,
      data: { name: "quadratics", clients: 20, dimensions: 10 },
      partition: { name: "by-key", clients: 20, testShare: 0 },
      fleet: { ...TIERS, flopsPerSecond: 1e3 },
      maximumSeconds: 120,
    },
    local: { solver: { name: "sgd", learningRate: 0.1 }, work: { steps: 5, batchSize: 10 } },
  },
  {
    name: "linear regression",
    about: "Numbers to predict, from a linear rule with noise",
    scene: {
      model: { name: "linear" },
      ...MEAN_SQUARES,
      data: { name: "synthetic-regression" },
      partition: { name: "iid", clients: 20 },
      fleet: { ...TIERS, flopsPerSecond: 1e5 },
      maximumSeconds: 60,
    },
    local: { solver: { name: "sgd", learningRate: 0.05 }, work: { steps: 10, batchSize: 10 } },
  },
];

/** A plan to begin with. */
export interface PlanPreset {
  readonly title: string;
  readonly about: string;
  /** The plan with what clients run. */
  readonly planWith: (local: Fields) => Fields;
}

const SUM = { name: "sum", divideBy: "examples" } as const;

/** All of them. */
export const planPresets: readonly PlanPreset[] = [
  {
    title: "FedAvg",
    about: "Rounds: ten clients train, and the slowest of them is waited for",
    planWith: (local) => ({ pacing: { name: "rounds", cohort: 10 }, ...local, versions: 400 }),
  },
  {
    title: "FedFix",
    about: "A version every second of whatever is there; the slow count more",
    planWith: (local) => ({
      pacing: { name: "fed-fix", intervalSeconds: 1 },
      participation: { name: "inverse" },
      aggregation: SUM,
      ...local,
      versions: 400,
    }),
  },
  {
    title: "FedBuff",
    about: "Everybody works all the time; every ten answers make a version",
    planWith: (local) => ({
      pacing: { name: "fed-buff", updates: 10 },
      staleness: { name: "polynomial" },
      aggregation: { name: "sum", divideBy: "share" },
      ...local,
      versions: 1000,
    }),
  },
  {
    title: "FedAsync",
    about: "Everybody works all the time; every answer makes a version",
    planWith: (local) => ({
      pacing: { name: "fed-async" },
      weighting: { name: "uniform" },
      staleness: { name: "polynomial" },
      aggregation: { name: "mixing" },
      serverOptimizer: { name: "sgd", learningRate: 0.6 },
      ...local,
      versions: 4000,
    }),
  },
];

/** The plan of a preset in a scene. */
export function planOf(title: string, { local }: ScenePreset): LabPlan {
  const preset = planPresets.find((one) => one.title === title);
  return { title, plan: preset?.planWith(local) ?? {} };
}

/** What stands there before anything was chosen: FedFix beside FedAvg, on digits. */
export const beginning: LabChoice = choiceOf(DIGITS_SCENE, ["FedAvg", "FedFix"]);

/** A scene with plans of these titles. */
export function choiceOf(preset: ScenePreset, titles: readonly string[]): LabChoice {
  return { seed: 1, scene: preset.scene, plans: titles.map((title) => planOf(title, preset)) };
}

/** The preset that a scene has its data from; the first one for data of another kind. */
export function presetOf(scene: Fields): ScenePreset {
  return scenes.find((preset) => dataOf(preset.scene) === dataOf(scene)) ?? DIGITS_SCENE;
}

function dataOf(scene: Fields): string | undefined {
  return entryIn(scene, "data")?.name;
}

/** The preset of a name. */
export function sceneCalled(name: string): ScenePreset {
  return scenes.find((preset) => preset.name === name) ?? DIGITS_SCENE;
}
