/**
 * What `potluck inspect` prints for people.
 *
 * @module
 */
import { bytes, count, counted, quantity } from "@potluck/comparison";
import type { ConstantReason, InitializerReport, Inspection, LayerReport, Obstacle, Warning } from "@potluck/engine";
import { textTable } from "./text-table.ts";

/** The most columns of a name; longer ones lose their beginning. */
const NAME_LIMIT = 38;
/** So many nodes of an unsupported operator are named. */
const NODES_SHOWN_LIMIT = 8;
/** So many tensors that a warning is about are named. */
const TENSORS_SHOWN_LIMIT = 8;

/** The lines; `loss` is what the model would be trained for. */
export function inspectionLines(inspection: Inspection, loss: string): readonly string[] {
  return [
    ...headLines(inspection),
    "",
    ...layerLines(inspection.layers),
    "",
    ...initializerLines(inspection.initializers),
    "",
    ...totalLines(inspection),
    "",
    ...inspection.warnings.flatMap(warningLines),
    ...verdictLines(inspection.obstacles, loss),
  ];
}

function headLines({ name, operatorSets, inputs, outputs }: Inspection): readonly string[] {
  const sets = Object.entries(operatorSets).map(([domain, version]) =>
    domain === "" ? String(version) : `${domain} ${version}`,
  );
  return [
    row("model", name === "" ? "without a name" : name),
    row("operator set", sets.join(", ")),
    row("input", valuesText(inputs)),
    row("output", valuesText(outputs)),
  ];
}

function valuesText(values: Inspection["inputs"]): string {
  return values.map(({ name, dataType, shape }) => `${name} ${dataType} ${shapeText(shape)}`).join(", ");
}

/** Layers that neither have parameters nor compute are only counted. */
function layerLines(layers: readonly LayerReport[]): readonly string[] {
  const shown = layers.filter(({ flops, parameterCount }) => flops === null || flops > 0 || parameterCount > 0);
  const cells = shown.map(({ name, operator, shape, parameterCount, flops }) => [
    clipped(name),
    operator,
    shape === null ? "" : shapeText(shape),
    parameterCount === 0 ? "" : count(parameterCount),
    flops === null || flops === 0 ? "" : quantity(flops),
  ]);
  const rest = layers.length - shown.length;
  return [
    ...textTable(["layer", "operator", "output", "parameters", "FLOPs"], cells, [3, 4]),
    ...(rest === 0 ? [] : [`and ${counted(rest, "node")} that only move data or compute shapes`]),
  ];
}

function initializerLines(initializers: readonly InitializerReport[]): readonly string[] {
  const shown = initializers.filter(
    ({ role, origin, dataType }) =>
      role.kind !== "constant" || dataType.startsWith("float") || origin?.kind === "buffer",
  );
  const cells = shown.map((initializer) => [
    clipped(initializer.name),
    shapeText(initializer.shape),
    roleText(initializer),
  ]);
  const rest = initializers.length - shown.length;
  return [
    ...textTable(["tensor", "shape", "role"], cells),
    ...(rest === 0 ? [] : [`and ${counted(rest, "constant")} of whole numbers`]),
  ];
}

function roleText({ name, role, origin }: InitializerReport): string {
  const from = origin?.from.filter((source) => source !== name) ?? [];
  const made = from.length === 0 ? "" : `, made from ${clipped(from.join(", "))}`;
  switch (role.kind) {
    case "shared":
      return `the same as ${clipped(role.with)}${role.transposed ? ", transposed" : ""}`;
    case "trained":
      return `trained${made}`;
    case "statistic":
      return "statistic of training batches";
    case "constant":
      return `not trained: ${reasons[role.because]}`;
  }
}

/** Why something is not trained. */
const reasons: Readonly<Record<ConstantReason, string>> = {
  frozen: "frozen by a rule",
  "element-type": "not float32",
  buffer: "a buffer of the module",
  literal: "no parameter is in it",
  "single-number": "a single number",
  "not-finite": "not all finite",
  unnoted: "not noted as a parameter",
};

function totalLines({ trainedCount, examplesCounted, forward, training }: Inspection): readonly string[] {
  const share = examplesCounted === 1 ? "one example" : `a batch of ${examplesCounted}`;
  const forwardLines =
    forward === null
      ? []
      : [row("forward", `${quantity(forward.flops)} FLOPs and ${bytes(forward.peakActivationBytes)} for ${share}`)];
  const trainingLines =
    training === null
      ? []
      : [
          row(
            "training",
            `${quantity(training.flopsPerExample)} FLOPs and ${bytes(training.activationBytesPerExample)} for one example`,
          ),
          row("memory", `${bytes(training.memoryBytes)} for a step on ${counted(training.batchSize, "example")}`),
        ];
  return [
    row("trained", `${counted(trainedCount, "parameter")}, ${bytes(4 * trainedCount)}`),
    ...forwardLines,
    ...trainingLines,
  ];
}

function warningLines({ tensors, message, remedy }: Warning): readonly string[] {
  const shown = tensors.slice(0, TENSORS_SHOWN_LIMIT).map((name) => `  ${clipped(name)}`);
  const rest = tensors.length - shown.length;
  return [`warning: ${message}`, ...shown, ...(rest === 0 ? [] : [`  and ${rest} more`]), remedy, ""];
}

function verdictLines(obstacles: readonly Obstacle[], loss: string): readonly string[] {
  if (obstacles.length === 0) return [`It can be trained with the loss ${loss}.`];
  return ["It cannot be trained as it is:", ...obstacles.flatMap((obstacle) => ["", ...obstacleLines(obstacle)])];
}

function obstacleLines({ operator, nodes, message, remedy }: Obstacle): readonly string[] {
  if (operator === null) return [`  ${message}`, `  ${remedy}`];
  const names = nodes.slice(0, NODES_SHOWN_LIMIT).map((name) => `"${name}"`);
  const rest = nodes.length - names.length;
  return [
    `  ${operator} is not supported: ${counted(nodes.length, "node")}`,
    `  ${names.join(", ")}${rest === 0 ? "" : ` and ${rest} more`}`,
    `  ${remedy}`,
  ];
}

function row(name: string, value: string): string {
  return `${name.padEnd(14)} ${value}`;
}

function shapeText(shape: readonly (number | string)[] | null): string {
  return shape === null ? "of unknown shape" : `[${shape.join(", ")}]`;
}

/** The end of a name says more than its beginning. */
function clipped(name: string): string {
  return name.length <= NAME_LIMIT ? name : `…${name.slice(1 - NAME_LIMIT)}`;
}
