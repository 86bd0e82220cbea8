/**
 * The messages of another codec, coded by how often each byte occurs in them (rANS).
 *
 * Nothing is lost beyond what the other codec loses, whose guarantee this one has. A message is either the other's as it is, behind a
 * byte of 0; or a byte of 1, the length of the other's as a varint, the table of its bytes (byte-table.ts), and what they are by
 * that table (rans.ts): whichever is shorter. With p the share of a byte in the message, each takes −log₂ p bits.
 *
 * Duda, "Asymmetric numeral systems: entropy coding combining speed of Huffman coding with compression rate of arithmetic coding", 2013.
 * https://arxiv.org/abs/1311.2540
 *
 * Pitfall: bytes are taken one by one, wherever they stand. Numbers of several bytes, float32 above all, have their exponents among
 * the bytes of their fractions and gain little.
 *
 * Trust: a few bytes can say that many follow. No more are set aside than the longest message of any codec for the model has.
 *
 * @module
 */
import { InvariantViolation } from "../base/invariant.ts";
import { definePart, type Part, type PartFactory } from "../part/part.ts";
import { readTable, tableOf, writeTable } from "./byte-table.ts";
import { bothSpent, spentOn } from "./spending.ts";
import { type Codec, codecFor } from "./codec.ts";
import { codecOption, type Inner } from "./codec-option.ts";
import { popAll, pushAll } from "./rans.ts";
import { readOnce } from "./read-once.ts";
import { readVarint, varintBytes, writeVarint } from "./varint.ts";

/** Options of {@link entropy}. */
export interface EntropyOptions {
  /** Whose messages are coded: any codec but another `entropy`. */
  readonly codec: Codec & Part;
}

/** The codec `entropy` over one of `codecs`, which the list of the room hands it. It throws Fault "option-invalid". */
export function entropyOver(codecs: readonly Inner[]): PartFactory<EntropyOptions, Codec> {
  return definePart<EntropyOptions, Codec>({
    room: "codec",
    name: "entropy",
    about: "The messages of another codec, in as few bits as the frequencies of their bytes allow.",
    fights: ["bottleneck"],
    paper: {
      authors: "Duda",
      title:
        "Asymmetric numeral systems: entropy coding combining speed of Huffman coding with compression rate of arithmetic coding",
      venue: "arXiv 2013",
      link: "https://arxiv.org/abs/1311.2540",
    },
    options: { codec: codecOption(codecs, "whose messages are coded") },
    make: ({ codec }) => entropyCoded(codec),
  });
}

function entropyCoded(codec: Codec): Codec {
  const { conceals, secretly } = codec;
  const { first, again } = readOnce(messageIn);
  return {
    ...(codec.for !== undefined && { for: (subject) => entropyCoded(codecFor(codec, subject)) }),
    ...(conceals !== undefined && { conceals }),
    ...(secretly !== undefined && { secretly: (secret) => entropyCoded(secretly(secret)) }),
    isSparse: codec.isSparse === true,
    guarantee: codec.guarantee,
    isLinear: codec.isLinear,
    // What is coded together has no parts any more.
    spent: (payload, length, layout) =>
      payload[0] === RAW
        ? bothSpent({ coder: 1 }, spentOn(codec, payload.subarray(1), length, layout))
        : { coded: payload.byteLength },
    encode: (trained, anchor, key, kernels) => coded(codec.encode(trained, anchor, key, kernels), trained.length),
    defect: (payload, length, kernels) => {
      const read = first(payload, length);
      return read.kind === "defect" ? read.detail : codec.defect(read.message, length, kernels);
    },
    accumulate: (payload, target, kernels) => {
      const read = again(payload, target.sum.length);
      if (read.kind === "defect") throw new InvariantViolation(`a message without defect: ${read.detail}`);
      codec.accumulate(read.message, target, kernels);
    },
  };
}

const RAW = 0;
const CODED = 1;

/** No codec needs more for each parameter, and as much again for everything else. */
const LARGEST_BYTES_PER_NUMBER = 9;
const LARGEST_HEADER = 2048;

/** The longest message that is coded for a model of `length` parameters, in bytes. */
export function longestCoded(length: number): number {
  return LARGEST_HEADER + LARGEST_BYTES_PER_NUMBER * length;
}

/** A message of another codec, coded where that is shorter. */
function coded(message: Uint8Array, length: number): Uint8Array {
  if (message.length === 0 || message.length > longestCoded(length)) return raw(message);
  const table = tableOf(message);
  const block = writeTable(table);
  const header = varintBytes(message.length) + block.length;
  const bytes = pushAll(message, table, message.length - header);
  if (bytes === null) return raw(message);
  const whole = new Uint8Array(1 + header + bytes.length);
  whole[0] = CODED;
  const end = writeVarint(whole, 1, message.length);
  whole.set(block, end);
  whole.set(bytes, end + block.length);
  return whole;
}

function raw(message: Uint8Array): Uint8Array {
  const whole = new Uint8Array(1 + message.length);
  whole[0] = RAW;
  whole.set(message, 1);
  return whole;
}

/** The other codec's message, or why there is none. */
type Reading =
  { readonly kind: "message"; readonly message: Uint8Array } | { readonly kind: "defect"; readonly detail: string };

function messageIn(payload: Uint8Array, length: number): Reading {
  const [way] = payload;
  if (way === RAW) return { kind: "message", message: payload.subarray(1) };
  if (way !== CODED) return defect(`says ${way ?? "nothing"} about how it is coded`);
  const count = readVarint(payload, 1);
  if (count === null) return defect("has no proper number where the length of its message belongs");
  const longest = longestCoded(length);
  if (count.value > longest) return defect(`says that it has ${count.value} bytes, expected at most ${longest}`);
  const read = readTable(payload, count.end);
  if (read.kind === "defect") return read;
  const message = popAll(payload.subarray(read.end), read.table, count.value);
  return message === null ? defect("does not end where its message does") : { kind: "message", message };
}

function defect(detail: string): Reading {
  return { kind: "defect", detail: `the update ${detail}` };
}
