/**
 * Origins: what PyTorch's exporter notes of initializers. It describes each one among the typed values of the graph, and
 * keeps there whether it is a parameter or a buffer of the module, or the names of everything it was computed from: tensors
 * of the module, literals and intermediate values alike. Which of those are the module's own, the signature says; without
 * one they are told by their names, as tensors inside modules have dots in theirs and values never do.
 *
 * Constants that its optimiser moves and weights into which it folds batch normalisation bear no note.
 *
 * @module
 */
import { create } from "@bufbuild/protobuf";
import type { Model, Origin } from "../graph/graph.ts";
import {
  type GraphProto,
  type StringStringEntryProto,
  StringStringEntryProtoSchema,
  type ValueInfoProto,
} from "./gen/onnx_pb.ts";
import { kindOf, readSignature } from "./signature.ts";
import { writeValueInfo } from "./value-info.ts";

const KIND = "pkg.torch.export.graph_signature.InputSpec.kind";
const PERSISTENT = "pkg.torch.export.graph_signature.InputSpec.persistent";
const FOLDED_FROM = "pkg.onnxscript.optimizer.folded_from";
/** What the exporter calls values inside the translation of an operator, literals, and what operators make from nothing. */
const NAMELESS =
  /^(?:val|lifted_tensor|scalar_tensor|scalar_tensor_default|clone|full|zeros|ones|empty|arange|linspace|eye|(?:full|zeros|ones)_like)(?:_\d+)?$/u;

const UNNOTED: Origin = { kind: "unnoted", from: [], through: [] };

type ModuleTensors = Model["moduleTensors"];

/** Whether `name` stands for a value inside an operator, for a literal, or for what is made from nothing. */
export function isNameless(name: string): boolean {
  return NAMELESS.test(name);
}

/** The origins of the initializers of `graph`, and the tensors of its module; left out where there are no such notes. */
export function readOrigins(graph: GraphProto): Pick<Model, "origins" | "moduleTensors"> {
  const signature = readSignature(graph);
  const notes = new Map(graph.valueInfo.map(({ name, metadataProps }) => [name, notesOf(metadataProps)]));
  const noted = graph.initializer.some(({ name }) => notes.get(name)?.has(KIND) === true);
  if (!noted && signature.moduleTensors === undefined) return {};
  const origins = graph.initializer.map(({ name }) => {
    const own = notes.get(name);
    return [name, own === undefined ? UNNOTED : originOf(name, own, signature.moduleTensors)] as const;
  });
  return { origins: new Map(origins), ...signature };
}

type Notes = ReadonlyMap<string, string>;

function notesOf(metadata: readonly StringStringEntryProto[]): Notes {
  return new Map(metadata.map(({ key, value }) => [key, value]));
}

function originOf(name: string, notes: Notes, moduleTensors: ModuleTensors): Origin {
  const kind = notes.get(KIND);
  const folded = notes.get(FOLDED_FROM);
  if (kind === "PARAMETER" || kind === "BUFFER") {
    return { kind: kindOf(kind === "PARAMETER", notes.get(PERSISTENT) !== "False"), from: [name], through: [] };
  }
  if (folded !== undefined) return computed(quoted(folded), moduleTensors);
  return kind === undefined ? UNNOTED : { ...UNNOTED, kind: "constant" };
}

/** The origin of what was computed from the values called `names`. */
function computed(names: readonly string[], moduleTensors: ModuleTensors): Origin {
  const from = moduleTensors === undefined ? likelyOwn(names) : names.filter((name) => moduleTensors.has(name));
  const through = names.filter((name) => !from.includes(name));
  const trained = from.some((name) => (moduleTensors?.get(name) ?? "parameter") === "parameter");
  return { kind: trained ? "derived" : "constant", from, through };
}

/** Those among `names` that are most likely the module's own: inside it they have dots, while values have none. */
function likelyOwn(names: readonly string[]): readonly string[] {
  const dotted = names.filter((name) => name.includes("."));
  return dotted.length > 0 ? dotted : names.filter((name) => !isNameless(name));
}

/** The texts in a list as Python prints it: ['a', 'b']. */
function quoted(list: string): readonly string[] {
  return [...list.matchAll(/'([^']*)'|"([^"]*)"/gu)].map(([, single, double]) => single ?? double ?? "");
}

/** The descriptions of the initializers of `model` that have an origin, with the exporter's notes. */
export function writeOrigins({ graph, origins = new Map() }: Model): ValueInfoProto[] {
  return [...graph.initializers].flatMap(([name, { dataType, shape }]) => {
    const notes = Object.entries(noteOf(origins.get(name) ?? UNNOTED));
    if (notes.length === 0) return [];
    const metadataProps = notes.map(([key, value]) => create(StringStringEntryProtoSchema, { key, value }));
    return [{ ...writeValueInfo({ name, dataType, shape }), metadataProps }];
  });
}

function noteOf({ kind, from, through }: Origin): Readonly<Record<string, string>> {
  const names = [...from, ...through].map((source) => `'${source}'`).join(", ");
  switch (kind) {
    case "parameter":
      return { [KIND]: "PARAMETER" };
    case "buffer":
    case "transient":
      return { [KIND]: "BUFFER", [PERSISTENT]: kind === "buffer" ? "True" : "False" };
    case "derived":
      return { [FOLDED_FROM]: `[${names}]` };
    case "constant":
      return names === "" ? { [KIND]: "CONSTANT_TENSOR" } : { [FOLDED_FROM]: `[${names}]` };
    case "unnoted":
      return {};
  }
}
