/**
 * The signature that PyTorch's exporter notes of the module, among the metadata of the graph: a line for each of the
 * module's tensors, whether the file still has it or not.
 *
 *     p_head_weight: PARAMETER target='head.weight'
 *     b_norm_running_mean: BUFFER target='norm.running_mean' persistent=True
 *
 * @module
 */
import { create } from "@bufbuild/protobuf";
import type { Model, ModuleTensorKind } from "../graph/graph.ts";
import { type GraphProto, type StringStringEntryProto, StringStringEntryProtoSchema } from "./gen/onnx_pb.ts";

const SIGNATURE = "pkg.torch.export.ExportedProgram.graph_signature";
const LINE = /^\S+: (PARAMETER|BUFFER) target='([^']+)'(?: persistent=(True|False))?$/gmu;

/** The tensors of the module that `graph` was exported from; left out where the exporter does not list them. */
export function readSignature({ metadataProps }: GraphProto): Pick<Model, "moduleTensors"> {
  const text = metadataProps.find(({ key }) => key === SIGNATURE)?.value ?? "";
  const tensors = [...text.matchAll(LINE)].map(
    ([, kind, name = "", persistent]) => [name, kindOf(kind === "PARAMETER", persistent !== "False")] as const,
  );
  return tensors.length === 0 ? {} : { moduleTensors: new Map(tensors) };
}

/** What a tensor is that the exporter calls a parameter or else a buffer. */
export function kindOf(isParameter: boolean, isPersistent: boolean): ModuleTensorKind {
  if (isParameter) return "parameter";
  return isPersistent ? "buffer" : "transient";
}

/** The metadata of a graph that list the tensors of the module. */
export function writeSignature({ moduleTensors = new Map() }: Model): StringStringEntryProto[] {
  const lines = [...moduleTensors].map(([name, kind]) => {
    if (kind === "parameter") return `p: PARAMETER target='${name}'`;
    return `b: BUFFER target='${name}' persistent=${kind === "buffer" ? "True" : "False"}`;
  });
  return lines.length === 0 ? [] : [create(StringStringEntryProtoSchema, { key: SIGNATURE, value: lines.join("\n") })];
}
