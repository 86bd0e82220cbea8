/**
 * Attributes of nodes as the ONNX format writes them: a tagged union whose tag is the field `type`.
 *
 * @module
 */
import { create } from "@bufbuild/protobuf";
import { Fault } from "@potluck/core";
import type { Attribute, Graph } from "../graph/graph.ts";
import type { DataFiles } from "./data-files.ts";
import { readTensor, writeTensor } from "./tensors.ts";
import { type AttributeProto, AttributeProtoSchema, type GraphProto } from "./gen/onnx_pb.ts";

/** The format's number for each kind of attribute. */
const kindCodes = { float: 1, int: 2, string: 3, tensor: 4, graph: 5, floats: 6, ints: 7, strings: 8 } as const;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** An attribute as it is written; `writeGraph` writes the graphs inside. */
export function writeAttribute(
  name: string,
  attribute: Attribute,
  writeGraph: (graph: Graph) => GraphProto,
): AttributeProto {
  const written = create(AttributeProtoSchema, { name, type: kindCodes[attribute.kind] });
  switch (attribute.kind) {
    case "int":
      written.i = BigInt(attribute.value);
      break;
    case "ints":
      written.ints = attribute.value.map(BigInt);
      break;
    case "float":
      written.f = attribute.value;
      break;
    case "floats":
      written.floats = [...attribute.value];
      break;
    case "string":
      written.s = encoder.encode(attribute.value);
      break;
    case "strings":
      written.strings = attribute.value.map((text) => encoder.encode(text));
      break;
    case "tensor":
      written.t = writeTensor("", attribute.value);
      break;
    case "graph":
      written.g = writeGraph(attribute.value);
      break;
  }
  return written;
}

/** How to read what may be inside an attribute. */
export interface InnerReader {
  readonly files: DataFiles;
  readonly readGraph: (graph: GraphProto) => Graph;
}

/** An attribute as it was read; `where` names its node. Throws Fault "model-invalid", "model-unsupported" or "file-missing". */
export function readAttribute(attribute: AttributeProto, where: string, { files, readGraph }: InnerReader): Attribute {
  const here = `attribute "${attribute.name}" of ${where}`;
  switch (attribute.type) {
    case kindCodes.int:
      return { kind: "int", value: integer(attribute.i) };
    case kindCodes.ints:
      return { kind: "ints", value: attribute.ints.map(integer) };
    case kindCodes.float:
      return { kind: "float", value: attribute.f };
    case kindCodes.floats:
      return { kind: "floats", value: attribute.floats };
    case kindCodes.string:
      return { kind: "string", value: decoder.decode(attribute.s) };
    case kindCodes.strings:
      return { kind: "strings", value: attribute.strings.map((text) => decoder.decode(text)) };
    case kindCodes.tensor:
      return { kind: "tensor", value: readTensor(present(attribute.t, here), here, files) };
    case kindCodes.graph:
      return { kind: "graph", value: readGraph(present(attribute.g, here)) };
    default:
      throw new Fault(
        "model-unsupported",
        `${here} has the ONNX attribute type ${attribute.type}`,
        "Export the model with attributes that are numbers, texts, tensors or graphs.",
      );
  }
}

function present<Part>(part: Part | undefined, here: string): Part {
  if (part !== undefined) return part;
  throw new Fault("model-invalid", `${here} has no value`, "Export the model again: the file is damaged.");
}

/** An integer as a number. Those beyond ±2^53 stand for "to the end", as bounds of slices, which nearer ones say as well. */
function integer(value: bigint): number {
  const limit = BigInt(Number.MAX_SAFE_INTEGER);
  return Number(value > limit ? limit : value < -limit ? -limit : value);
}
