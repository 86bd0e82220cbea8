/**
 * Another codec, tensor by tensor: what is large in one layer does not crowd out what is small in another, and each tensor has a scale or a codebook of its own.
 *
 *     C(x) = (C₁(x₁), …, C_t(x_t), x_rest)
 *
 * x₁ … x_t are the tensors with two dimensions or more, in the order of the layout; x_rest, all others (biases, normalisation) as they are, 4 bytes a number: they are few, and
 * matter. With `dense` "none" all tensors are coded. A message has, for each coded tensor, the length of its message in a varint and that message, under a
 * key of the tensor's own, then the rest.
 *
 * The guarantee is that of the tensor for which it is weakest: δ = min δ(d_j), ω = max ω(d_j).
 *
 * Layer by layer is how deep gradient compression chooses numbers (Lin, Han, Mao, Wang, Dally, ICLR 2018, https://arxiv.org/abs/1712.01887) and how FedZip makes
 * codebooks (Malekijoo et al., 2021, https://arxiv.org/abs/2102.01593).
 *
 * Where nothing is known of tensors the whole vector is one.
 *
 * @module
 */
import { Fault } from "../base/fault.ts";
import { fold } from "../base/key.ts";
import type { Layout, TensorSlot } from "../params/layout.ts";
import { plainKernels, type VectorKernels } from "../params/vector-kernels.ts";
import { definePart, type Part, type PartFactory } from "../part/part.ts";
import { type Codec, codecFor, type Guarantee, type Scheme, type Subject, type Target } from "./codec.ts";
import { codecOption, type Inner } from "./codec-option.ts";
import { ofDifferences } from "./differences.ts";
import { bothSpent, type Spending, spentOn } from "./spending.ts";
import { floats } from "./floats.ts";
import { readVarint, varintBytes, writeVarint } from "./varint.ts";

/** Options of {@link perLayerOver}'s codec. */
export interface PerLayerOptions {
  /** What each tensor is sent with. */
  readonly codec: Codec & Part;
  /** Which tensors are sent as they are: those with less than two dimensions, the default, or none. */
  readonly dense?: "vectors" | "none";
}

/** The codec `per-layer` over one of `codecs`, which the list of the room hands it. It throws Fault "option-invalid". */
export function perLayerOver(codecs: readonly Inner[]): PartFactory<PerLayerOptions, Codec> {
  return definePart<PerLayerOptions, Codec>({
    room: "codec",
    name: "per-layer",
    about: "Another codec for each tensor of the model by itself; biases and the like as they are.",
    fights: ["bottleneck"],
    options: {
      codec: codecOption(codecs, "what each tensor is sent with"),
      dense: {
        kind: "choice",
        of: ["vectors", "none"],
        default: "vectors",
        about: "which tensors are sent as they are: those with less than two dimensions, or none",
      },
    },
    make: ({ codec, dense }) => {
      if (codec.conceals !== true || dense === "none") return perLayer(codec, dense);
      const message = `codec "per-layer": "${codec.part.name}" has noise, and dense "vectors" sends biases and the like without any`;
      throw new Fault("option-invalid", message, 'Use dense "none".');
    },
  });
}

/** `codec` for each tensor by itself. */
export function perLayer(codec: Codec, dense: "vectors" | "none"): Codec {
  const { secretly } = codec;
  return {
    ...ofDifferences(schemeOf(codec, null)),
    // Each tensor has a key of its own, and so noise of its own.
    ...(secretly !== undefined && { secretly: (secret) => perLayer(secretly(secret), dense) }),
    for: (subject) => {
      const sharing = sharingOf(codec, dense, subject);
      return { ...ofDifferences(schemeOf(codec, sharing)), wholly: sharing.rest };
    },
  };
}

function sharingOf(codec: Codec, dense: "vectors" | "none", { version, layout }: Subject): Sharing {
  const coded = layout.filter(({ shape }) => dense === "none" || shape.length > 1);
  const tensors = coded.map((slot) => {
    const alone = [{ ...slot, offset: 0 }];
    return { ...slot, codec: codecFor(codec, { version, layout: alone }) };
  });
  return { tensors, rest: layout.filter((slot) => !coded.includes(slot)) };
}

/** A tensor that is coded, and how. */
interface CodedTensor extends Pick<TensorSlot, "name" | "offset" | "length"> {
  readonly codec: Codec;
}

/** How the tensors of a model are sent. */
interface Sharing {
  readonly tensors: readonly CodedTensor[];
  readonly rest: Layout;
}

function schemeOf(codec: Codec, known: Sharing | null): Scheme {
  const sharing = (length: number): Sharing =>
    known ?? { tensors: [{ name: "all", offset: 0, length, codec }], rest: [] };
  return {
    guarantee: known === null ? codec.guarantee : weakest(codec.guarantee, known),
    isSparse: codec.isSparse === true,
    ...(codec.conceals !== undefined && { conceals: codec.conceals }),
    isLinear: codec.isLinear,
    spent: (payload, length) => spendingOf(payload, sharing(length)),
    encode: (x, key, kernels) => {
      const { tensors, rest } = sharing(x.length);
      const messages = tensors.map(({ offset, length, codec: own }, at) =>
        own.encode(x.subarray(offset, offset + length), null, fold(key, at), kernels),
      );
      return joined(messages, floats.encode(taken(x, rest), key, kernels));
    },
    defect: (payload, length, kernels = plainKernels) => {
      const { tensors, rest } = sharing(length);
      let end = 0;
      for (const [at, { length: own, codec: inner }] of tensors.entries()) {
        const message = messageAt(payload, end);
        if (message === null) return `the update has no whole message where that of tensor ${at} belongs`;
        const detail = inner.defect(message.bytes, own, kernels);
        if (detail !== null) return `${detail}, in tensor ${at}`;
        ({ end } = message);
      }
      const detail = floats.defect(payload.subarray(end), lengthOf(rest));
      return detail === null ? null : `${detail}, behind its ${tensors.length} tensors`;
    },
    accumulate: (payload, target, kernels = plainKernels) => {
      addAll(payload, target, sharing(target.sum.length), kernels);
    },
  };
}

function addAll(
  payload: Uint8Array,
  { sum, weight, key }: Omit<Target, "anchor">,
  { tensors, rest }: Sharing,
  kernels: VectorKernels,
): void {
  let end = 0;
  for (const [at, { offset, length, codec }] of tensors.entries()) {
    const message = messageAt(payload, end);
    if (message === null) return;
    const own = { sum: sum.subarray(offset, offset + length), weight, anchor: null, key: fold(key, at) };
    codec.accumulate(message.bytes, own, kernels);
    ({ end } = message);
  }
  for (const { offset, length } of rest) {
    const own = { sum: sum.subarray(offset, offset + length), weight, key };
    floats.accumulate(payload.subarray(end, end + 4 * length), own);
    end += 4 * length;
  }
}

/** What each tensor's message is for, and what is left. */
function spendingOf(payload: Uint8Array, { tensors }: Sharing): Spending {
  let end = 0;
  let spending: Spending = {};
  for (const { name, length, codec } of tensors) {
    const message = messageAt(payload, end);
    if (message === null) break;
    const named: Record<string, number> = {};
    for (const [what, bytes] of Object.entries(spentOn(codec, message.bytes, length))) {
      named[`${name}: ${what}`] = bytes;
    }
    const lengths = message.end - end - message.bytes.length;
    spending = bothSpent(spending, bothSpent({ lengths }, named));
    ({ end } = message);
  }
  return bothSpent(spending, { "as they are": payload.byteLength - end });
}

/** The guarantee of the tensor for which it is weakest. What is sent as it is loses nothing. */
function weakest(guarantee: Guarantee, { tensors }: Sharing): Guarantee {
  const each = tensors.map(({ length, codec: own }) => ({ length, own: own.guarantee }));
  if (guarantee.kind === "contractive") {
    const deltas = each.map(({ length, own }) => (own.kind === "contractive" ? own.contraction(length) : 1));
    return { kind: "contractive", contraction: () => Math.min(1, ...deltas) };
  }
  if (guarantee.kind === "unbiased") {
    const variances = each.map(({ length, own }) => (own.kind === "unbiased" ? own.variance(length) : 0));
    const noise = each.reduce((sum, { length, own }) => sum + noiseOf(own, length), 0);
    return { kind: "unbiased", variance: () => Math.max(0, ...variances), noise: () => noise };
  }
  return guarantee;
}

function noiseOf(guarantee: Guarantee, length: number): number {
  return guarantee.kind === "unbiased" ? (guarantee.noise?.(length) ?? 0) : 0;
}

function lengthOf(layout: Layout): number {
  return layout.reduce((sum, { length }) => sum + length, 0);
}

/** The numbers of these tensors, one after another. */
function taken(x: Float32Array, layout: Layout): Float32Array {
  const values = new Float32Array(lengthOf(layout));
  let at = 0;
  for (const { offset, length } of layout) {
    values.set(x.subarray(offset, offset + length), at);
    at += length;
  }
  return values;
}

function joined(messages: readonly Uint8Array[], rest: Uint8Array): Uint8Array {
  const size = messages.reduce((sum, { length }) => sum + varintBytes(length) + length, rest.length);
  const whole = new Uint8Array(size);
  let end = 0;
  for (const message of messages) {
    end = writeVarint(whole, end, message.length);
    whole.set(message, end);
    end += message.length;
  }
  whole.set(rest, end);
  return whole;
}

/** The message that begins at `from` with its length, and where it ends; null where there is none. */
function messageAt(payload: Uint8Array, from: number): { readonly bytes: Uint8Array; readonly end: number } | null {
  const length = readVarint(payload, from);
  if (length === null || length.end + length.value > payload.length) return null;
  const end = length.end + length.value;
  return { bytes: payload.subarray(length.end, end), end };
}
