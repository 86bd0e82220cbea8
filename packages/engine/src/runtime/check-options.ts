/**
 * What trainers, evaluators and the like are made of, also where nobody type-checked it: a name that is not known, such
 * as a misspelt one, would change training without a word.
 *
 * @module
 */
import { checkOptions, Fault, valueText } from "@potluck/core";
import { checkRules } from "../import/parameter-rules.ts";

/** The options of an evaluator. */
export const EVALUATOR_OPTIONS: readonly string[] = ["model", "objective", "features", "parameters", "runtime"];

const FORMAT_REMEDY =
  'Give for example { dataType: "uint8", scale: 1 / 255 }, or scale 1 to take what is stored as it is.';
const STORED: readonly unknown[] = ["float32", "uint8", "int32"];

/**
 * Makes sure that `given`, the options of the function `where`, has no options but the `known` ones and that those of
 * {@link EVALUATOR_OPTIONS} fit. Throws Fault "option-invalid".
 */
export function checkCreation(where: string, known: readonly string[], given: unknown): void {
  checkOptions(where, known, given);
  checkModel(where, given["model"]);
  checkTaskOptions(given);
}

/** Makes sure that the options that say what is learned fit where they are given. Throws Fault "option-invalid". */
export function checkTaskOptions({ objective, features, parameters }: Readonly<Record<string, unknown>>): void {
  if (objective !== undefined) checkObjective(objective);
  if (features !== undefined) checkFormat(features);
  if (parameters !== undefined) checkRules(parameters);
}

/** Throws Fault "option-invalid" unless `given` is a list of `known` words. */
export function checkWords(option: string, known: readonly string[], given: unknown): void {
  const isFit =
    Array.isArray(given) && given.every((word: unknown) => typeof word === "string" && known.includes(word));
  if (isFit) return;
  const list = known.map((word) => `"${word}"`).join(", ");
  throw unfit(`${option} must be a list of some of ${list}, got ${valueText(given)}`, `Change ${option}.`);
}

function checkModel(where: string, given: unknown): void {
  if (isObject(given) && "graph" in given && "opsets" in given) return;
  const isFile = ArrayBuffer.isView(given) || given instanceof ArrayBuffer;
  throw unfit(
    `${where}: model must be a model, got ${isFile ? "the bytes of a file" : valueText(given)}`,
    isFile
      ? "Read them first: readModel(bytes)."
      : "Give what readModel(bytes), readModelFile(path) or sequential(…) returns.",
  );
}

function checkObjective(given: unknown): void {
  if (isObject(given) && "targets" in given && "losses" in given) return;
  const [what, remedy] =
    typeof given === "function"
      ? [`the function ${given.name}`, `Call it: ${given.name}().`]
      : [valueText(given), "Make one: crossEntropy(), meanSquaredError(), nextToken() or another of the losses."];
  throw unfit(`objective must be a loss, got ${what}`, remedy);
}

function checkFormat(given: unknown): void {
  if (!isObject(given)) {
    throw unfit(`features must say how they are stored, { dataType, scale }, got ${valueText(given)}`, FORMAT_REMEDY);
  }
  checkOptions("features", ["dataType", "scale"], given);
  const { dataType, scale } = given;
  if (!STORED.includes(dataType)) {
    const list = STORED.map((type) => valueText(type)).join(", ");
    throw unfit(`features: dataType must be one of ${list}, got ${valueText(dataType)}`, FORMAT_REMEDY);
  }
  if (typeof scale !== "number" || !Number.isFinite(scale) || scale === 0) {
    throw unfit(`features: scale must be a finite number other than 0, got ${valueText(scale)}`, FORMAT_REMEDY);
  }
}

function isObject(given: unknown): given is object {
  return typeof given === "object" && given !== null;
}

function unfit(message: string, remedy: string): Fault {
  return new Fault("option-invalid", message, remedy);
}
