/**
 * Gives the decoders of all codecs messages that were changed on their way: `npm run fuzz -- [messages] [seed]`, a million and 1 unless
 * given.
 *
 * Each must be refused in words or read as finite numbers, in little time, and with no more memory set aside than its codec declares: 33 bytes
 * for each byte that arrived, of coded messages for each byte that they may stand for. It ends with status 1 and the message that broke
 * the rule, which the same seed makes again.
 *
 * @module
 */
import {
  type Codec,
  codec,
  fold,
  type Key,
  type Part,
  plainKernels,
  rootKey,
  uniformStream,
  withSecret,
} from "@potluck/core";
import { withLayout } from "./codec-messages.ts";
import { mutated } from "./mutations.ts";

const topK = codec.topK({ ratio: 0.3 });
const randK = codec.randK({ ratio: 0.3 });

const CODECS: readonly (Codec & Part)[] = [
  codec.identity(),
  codec.float16(),
  codec.bfloat16(),
  codec.qsgd({ bits: 3, bucket: 16 }),
  codec.ternary({ bucket: 16 }),
  codec.sign({ bucket: 16 }),
  codec.kMeans({ bits: 3 }),
  topK,
  randK,
  codec.threshold({ threshold: 0.5 }),
  codec.chain({ sparsifier: topK, quantiser: codec.kMeans({ bits: 2 }) }),
  codec.chain({ sparsifier: topK, quantiser: codec.qsgd({ bits: 4, bucket: 16 }) }),
  codec.chain({ sparsifier: randK, quantiser: codec.ternary({ bucket: 16 }) }),
  codec.lowRank({ rank: 2 }),
  codec.topK({ ratio: 0.01, warmUpVersions: 10 }),
  codec.topK({ ratio: 0.5, selection: "sampled" }),
  codec.chain({
    sparsifier: codec.topK({ ratio: 0.01, warmUpVersions: 10 }),
    quantiser: codec.sign({ bucket: 16 }),
  }),
  codec.countSketch({ ratio: 0.3, rows: 2 }),
  codec.srht({ ratio: 0.3 }),
  codec.countSketch({ ratio: 0.3, noise: 0.5 }),
  codec.srht({ ratio: 1, noise: 0.5 }),
  codec.perLayer({ codec: codec.qsgd({ bits: 3, bucket: 16 }) }),
  codec.perLayer({ codec: codec.entropy({ codec: topK }), dense: "none" }),
  codec.perLayer({ codec: codec.lowRank({ rank: 2 }) }),
  codec.entropy({ codec: codec.lowRank({ rank: 1 }) }),
  codec.fedZip({ ratio: 0.3 }),
  codec.entropy({ codec: codec.identity() }),
  codec.entropy({ codec: codec.chain({ sparsifier: topK, quantiser: codec.sign({ bucket: 16 }) }) }),
];

const LONGEST_VECTOR = 300;
/** What may be set aside for a message: per byte of it, per byte that a coded one may stand for, and for tables and views of any. */
const BYTES_PER_BYTE = 33;
const CODED_BYTES_PER_NUMBER = 9;
const CODED_BYTES = 2048;
const TABLE_BYTES = 16_384;
/** Milliseconds: decoding takes microseconds; what is slower than this is no chance of the machine. */
const LONGEST_TIME = 2000;

const [messages, seed] = [Number(process.argv[2] ?? 1_000_000), Number(process.argv[3] ?? 1)];
const tally = { refused: 0, read: 0, most: 0 };
process.stdout.write(`${fuzzed()}\n`);

/** Takes all messages, or as many until one breaks a rule; what there is to say about it. */
function fuzzed(): string {
  for (let number = 0; number < messages; number++) {
    const problem = attempt(number);
    if (problem === null) continue;
    process.exitCode = 1;
    return `message ${number} of seed ${seed}: ${problem}`;
  }
  const { refused, read, most } = tally;
  return `${messages} changed messages of ${CODECS.length} codecs: ${refused} refused, ${read} read as finite numbers, none broke a rule; at most ${most} bytes set aside for one`;
}

/** What is wrong with how one message is taken, or null. */
function attempt(number: number): string | null {
  const key = fold(rootKey(seed), number);
  const draw = uniformStream(fold(key, "fuzz"));
  const given = CODECS[number % CODECS.length] ?? topK;
  const x = Float32Array.from({ length: Math.floor(LONGEST_VECTOR * draw() * draw()) }, () => 2 * draw() - 1);
  // Every other message is of a model whose tensors are known.
  const isKnown = draw() < 0.5;
  const own = { ...(isKnown ? withLayout(given, x.length, draw) : given), part: given.part };
  const anchor = new Float32Array(x.length);
  const message = mutated(withSecret(own, key).encode(x, anchor, key), draw);
  // Now and then the server has another model.
  const length = !isKnown && draw() < 0.1 ? Math.floor(LONGEST_VECTOR * draw()) : x.length;
  const before = process.memoryUsage().arrayBuffers;
  const since = performance.now();
  const outcome = taken(own, message, length, key);
  const spent = performance.now() - since;
  const aside = process.memoryUsage().arrayBuffers - before;
  tally.most = Math.max(tally.most, aside);
  tally[outcome === "refused" ? "refused" : "read"] += 1;
  const { name, options } = own.part;
  const what = `${name} ${JSON.stringify(options)}, ${length} numbers, bytes ${message.join(" ")}`;
  if (outcome !== "refused" && outcome !== "read") return `${outcome}: ${what}`;
  if (spent > LONGEST_TIME) return `${spent.toFixed(0)} ms: ${what}`;
  return aside <= mayTake(own, message, length) ? null : `${aside} bytes set aside: ${what}`;
}

function taken(own: Codec, message: Uint8Array, length: number, key: Key): string {
  try {
    const defect = own.defect(message, length, plainKernels);
    if (defect !== null) return defect.length > 0 ? "refused" : "refused without a word";
    const sum = new Float64Array(length);
    own.accumulate(message, { sum, weight: 1, anchor: new Float32Array(length), key }, plainKernels);
    return sum.every(Number.isFinite) ? "read" : "read as numbers that are not finite";
  } catch (error) {
    return `threw ${String(error)}`;
  }
}

/** Reading a message takes it apart twice: to look for a defect, and to add it up. */
function mayTake({ part }: Part, message: Uint8Array, length: number): number {
  const coded = part.name === "entropy" ? CODED_BYTES + CODED_BYTES_PER_NUMBER * length : 0;
  return 2 * BYTES_PER_BYTE * Math.max(message.length, coded) + 24 * length + TABLE_BYTES;
}
