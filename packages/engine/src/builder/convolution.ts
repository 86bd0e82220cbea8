/**
 * The convolution layer over images. The weights lie as [filters, channels ÷ groups, rows, columns].
 *
 * A kernel of k cells with dilation d reaches over d (k − 1) + 1 of them.
 *
 * @module
 */
import { checkOptions, Fault, valueText } from "@potluck/core";
import { int, ints } from "../graph/attributes.ts";
import { checkParts, checkSize, checkWindow } from "./checks.ts";
import { checkSpread, initialBias, type InitialSpread, initialWeights } from "./initial-values.ts";
import { imageSizes, type Layer, type LayerPlace } from "./layer.ts";

/** A number for the rows and the columns, or one for each. */
type Both = number | readonly [rows: number, columns: number];

/** Options of a convolution. */
export interface Conv2dOptions {
  /** The number of output channels, from 1 to `MAX_PARAMETERS`. */
  readonly filters: number;
  /** The height and width of the window, from 1 to `MAX_PARAMETERS`. */
  readonly kernel: Both;
  /** By how many cells the window moves, ≥ 1; 1 unless given. */
  readonly stride?: Both;
  /** How many cells lie from one cell of the window to the next, ≥ 1; 1, no gaps, unless given. */
  readonly dilation?: Both;
  /**
   * How many cells of zeros are added on each side, from 0 to what the window reaches over. "same" adds as many as let a
   * stride of 1 keep the size; "valid", the default, adds none.
   */
  readonly padding?: Both | "same" | "valid";
  /** Into how many parts the channels are cut, each with its own share of the filters; 1 unless given. */
  readonly groups?: number;
  /** Whether there is a bias for each filter; yes unless given. */
  readonly bias?: boolean;
  /** How wide the initial weights are spread; "glorot" unless given. */
  readonly spread?: InitialSpread;
}

/** A convolution: [batch, channels, height, width] becomes [batch, filters, …]. Throws Fault "option-invalid". */
export function conv2d(options: Conv2dOptions): Layer {
  checkOptions("conv2d", OPTIONS, options);
  const { filters, kernel, stride = 1, dilation = 1, padding = "valid", groups = 1, spread } = options;
  checkSize("conv2d", "filters", filters);
  checkBoth("kernel", kernel);
  checkBoth("stride", stride);
  checkBoth("dilation", dilation);
  checkSize("conv2d", "groups", groups);
  checkPadding(padding, reach(kernel, dilation));
  checkSpread("conv2d", spread);
  return { kind: "conv", append: (place) => appendConvolution(place, options) };
}

const OPTIONS = ["filters", "kernel", "stride", "dilation", "padding", "groups", "bias", "spread"] as const;

/** Appends a convolution with its parameters "weight" and "bias"; the options have been checked. */
export function appendConvolution(place: LayerPlace, options: Conv2dOptions): string {
  const { filters, stride = 1, dilation = 1, padding = "valid", groups = 1, bias = true, spread = "glorot" } = options;
  const [rows, columns] = both(options.kernel);
  const { graph, name, parameter } = place;
  const [channels, ...sizes] = imageSizes(place);
  checkParts(name, "groups", groups, ["channels", channels]);
  checkParts(name, "groups", groups, ["filters", filters]);
  const reached = reach(options.kernel, dilation);
  const [top = 0, left = 0, bottom = 0, right = 0] = pads(reached, padding);
  checkWindow(name, { reach: reached, sizes, padding: [top + bottom, left + right] });
  const cells = rows * columns;
  const fan = { inputs: (channels / groups) * cells, outputs: (filters / groups) * cells };
  const shape = [filters, channels / groups, rows, columns];
  const operands = [place.input, parameter("weight", shape, initialWeights(fan, spread))];
  if (bias) operands.push(parameter("bias", [filters], initialBias(fan, spread)));
  const attributes = {
    strides: ints(both(stride)),
    pads: ints([top, left, bottom, right]),
    ...(both(dilation).some((gap) => gap > 1) ? { dilations: ints(both(dilation)) } : {}),
    ...(groups === 1 ? {} : { group: int(groups) }),
  };
  return graph.add("Conv", operands, attributes, place.output);
}

function both(value: Both): readonly [rows: number, columns: number] {
  return typeof value === "number" ? [value, value] : value;
}

/** Over how many rows and columns a window reaches. */
function reach(kernel: Both, dilation: Both): readonly [rows: number, columns: number] {
  const [[rows, columns], [downwards, sidewards]] = [both(kernel), both(dilation)];
  return [downwards * (rows - 1) + 1, sidewards * (columns - 1) + 1];
}

/** How many cells are added before the rows and the columns, then after them. */
function pads([rows, columns]: readonly [number, number], padding: Both | "same" | "valid"): readonly number[] {
  if (padding === "valid") return [0, 0, 0, 0];
  if (padding !== "same") return [...both(padding), ...both(padding)];
  const all = [rows - 1, columns - 1];
  return [...all.map((total) => Math.floor(total / 2)), ...all.map((total) => Math.ceil(total / 2))];
}

/** Throws Fault "option-invalid" unless `value` is one size or two. */
function checkBoth(option: string, value: Both): void {
  requireBoth(option, value);
  for (const size of both(value)) checkSize("conv2d", option, size);
}

function checkPadding(padding: Both | "same" | "valid", reached: readonly [number, number]): void {
  if (padding === "same" || padding === "valid") return;
  requireBoth("padding", padding);
  both(padding).forEach((cells, axis) => checkSize("conv2d", "padding", cells, [0, reached[axis] ?? 0]));
}

function requireBoth(option: string, value: unknown): void {
  if (typeof value === "number" || (Array.isArray(value) && value.length === 2)) return;
  const wanted = `a number or [rows, columns]${option === "padding" ? ', or "same" or "valid"' : ""}`;
  throw new Fault(
    "option-invalid",
    `conv2d: ${option} must be ${wanted}, got ${valueText(value)}`,
    `Change ${option}.`,
  );
}
