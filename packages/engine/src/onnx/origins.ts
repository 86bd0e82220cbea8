/**
 * Origins: what PyTorch's exporter notes of initializers. It describes each one among the typed values of the graph, and
 * keeps there whether it is a parameter or a buffer of the module, or what it was folded from.
 *
 * Initializers without such a note are constants, provided that the exporter took notes at all.
 *
 * @module
 */
import { create } from "@bufbuild/protobuf";
import type { Model, Origin } from "../graph/graph.ts";
import { type GraphProto, StringStringEntryProtoSchema, type ValueInfoProto } from "./gen/onnx_pb.ts";
import { writeValueInfo } from "./value-info.ts";

const KIND = "pkg.torch.export.graph_signature.InputSpec.kind";
const FOLDED_FROM = "pkg.onnxscript.optimizer.folded_from";
/** What the optimizer calls values that it made itself. */
const ANONYMOUS = /^val_\d+$/u;

/** The origins of the initializers of `graph`; left out where the exporter took no notes. */
export function readOrigins(graph: GraphProto): Pick<Model, "origins"> {
  const described = new Map(graph.valueInfo.map((info) => [info.name, originOf(info)]));
  const taken = graph.initializer.some(({ name }) => (described.get(name) ?? CONSTANT) !== CONSTANT);
  if (!taken) return {};
  return { origins: new Map(graph.initializer.map(({ name }) => [name, described.get(name) ?? CONSTANT])) };
}

const CONSTANT: Origin = { kind: "constant", from: [] };

function originOf({ name, metadataProps }: ValueInfoProto): Origin {
  const notes = new Map(metadataProps.map(({ key, value }) => [key, value]));
  const kind = notes.get(KIND);
  if (kind === "PARAMETER") return { kind: "parameter", from: [name] };
  if (kind === "BUFFER") return { kind: "buffer", from: [name] };
  const from = quoted(notes.get(FOLDED_FROM) ?? "").filter((source) => !ANONYMOUS.test(source));
  return from.length === 0 ? CONSTANT : { kind: "derived", from };
}

/** The texts in a list as Python prints it: ['a', 'b']. */
function quoted(list: string): readonly string[] {
  return [...list.matchAll(/'([^']*)'|"([^"]*)"/gu)].map(([, single, double]) => single ?? double ?? "");
}

/** The descriptions of the initializers of `model` that have an origin, with the exporter's notes. */
export function writeOrigins({ graph, origins = new Map() }: Model): ValueInfoProto[] {
  return [...graph.initializers].flatMap(([name, { dataType, shape }]) => {
    const note = noteOf(origins.get(name) ?? CONSTANT);
    if (note === null) return [];
    const metadataProps = [create(StringStringEntryProtoSchema, note)];
    return [{ ...writeValueInfo({ name, dataType, shape }), metadataProps }];
  });
}

function noteOf({ kind, from }: Origin): { readonly key: string; readonly value: string } | null {
  switch (kind) {
    case "parameter":
      return { key: KIND, value: "PARAMETER" };
    case "buffer":
      return { key: KIND, value: "BUFFER" };
    case "derived":
      return { key: FOLDED_FROM, value: `[${from.map((source) => `'${source}'`).join(", ")}]` };
    case "constant":
      return null;
  }
}
