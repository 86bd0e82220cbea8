/**
 * Gives the decoders of all codecs messages that were changed on their way: `npm run fuzz -- [messages] [seed]`, a million and 1 unless
 * given.
 *
 * Each must be refused in words or read as finite numbers, in little time, and with no more memory set aside than is declared: to look for a defect 33 bytes
 * for each byte that arrived, of coded messages for each byte that they may stand for; and to add up what has none 24 bytes for each number of the model. Most models are small; now and then
 * one is large enough for what is set aside for its numbers to stand out. It ends with status 1 and the message that broke the rule, which the same seed makes again.
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
  codec.chain({ sparsifier: codec.topK({ ratio: 1 }), quantiser: codec.kMeans({ bits: 1 }) }),
  codec.chain({ sparsifier: randK, quantiser: codec.qsgd({ bits: 12 }) }),
  codec.lowRank({ rank: 2 }),
  codec.topK({ ratio: 0.01, warmUpVersions: 10 }),
  codec.topK({ ratio: 0.5, selection: "sampled" }),
  codec.chain({
    sparsifier: codec.topK({ ratio: 0.01, warmUpVersions: 10 }),
    quantiser: codec.sign({ bucket: 16 }),
  }),
  codec.countSketch({ ratio: 0.3, rows: 2 }),
  codec.countSketch({ ratio: 0.001 }),
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
/** One message of so many is for a model of up to so many numbers. */
const LARGE_EVERY = 101;
const LARGE_VECTOR = 20_000;
/** What may be set aside to look at a message: per byte of it, per byte that a coded one may stand for, and for tables and views of any. */
const BYTES_PER_BYTE = 33;
const CODED_BYTES_PER_NUMBER = 9;
const CODED_BYTES = 2048;
const TABLE_BYTES = 16_384;
/** And to add it up: per number of the model. */
const BYTES_PER_NUMBER = 24;
/** Decoding takes microseconds; what is slower than this is no chance of the machine. */
const LONGEST_SECONDS = 2;

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
  const longest = number % LARGE_EVERY === LARGE_EVERY - 1 ? LARGE_VECTOR : LONGEST_VECTOR;
  const x = drawnVector(Math.floor(longest * draw() * draw()), draw);
  // Every other message is of a model whose tensors are known.
  const isKnown = draw() < 0.5;
  const own = { ...(isKnown ? withLayout(given, x.length, draw) : given), part: given.part };
  const sent = withSecret(own, key).encode(x, new Float32Array(x.length), key);
  // Few changes leave a large message one, and it is the adding up that is looked at: some come as they were sent.
  const message = longest === LARGE_VECTOR && draw() < 0.5 ? sent : mutated(sent, draw);
  // Now and then the server has another model.
  const length = !isKnown && draw() < 0.1 ? Math.floor(longest * draw()) : x.length;
  const { outcome, seconds, looking, adding } = taken(own, message, length, key);
  tally.most = Math.max(tally.most, looking, adding);
  tally[outcome === "refused" ? "refused" : "read"] += 1;
  const { name, options } = own.part;
  const what = `${name} ${JSON.stringify(options)}, ${length} numbers, bytes ${message.join(" ")}`;
  if (outcome !== "refused" && outcome !== "read") return `${outcome}: ${what}`;
  if (seconds > LONGEST_SECONDS) return `${seconds.toFixed(1)} s: ${what}`;
  if (looking > mayTakeToLook(own, message, length)) return `${looking} bytes set aside to look at it: ${what}`;
  return adding <= mayTakeToAdd(length) ? null : `${adding} bytes set aside to add it up: ${what}`;
}

/** Numbers that are all different, or the same, or few of them not 0. */
function drawnVector(length: number, draw: () => number): Float32Array {
  const kind = draw();
  const number = 2 * draw() - 1;
  return Float32Array.from({ length }, () => {
    if (kind < 0.2) return number;
    return kind < 0.4 && draw() < 0.9 ? 0 : 2 * draw() - 1;
  });
}

/** What became of a message, and what that took: seconds, and bytes set aside to look at it and to add it up. */
interface Outcome {
  readonly outcome: string;
  readonly seconds: number;
  readonly looking: number;
  readonly adding: number;
}

function taken(own: Codec, message: Uint8Array, length: number, key: Key): Outcome {
  const [sum, anchor] = [new Float64Array(length), new Float32Array(length)];
  const since = performance.now();
  const before = setAside();
  let [looked, added] = [before, before];
  const ended = (outcome: string): Outcome => {
    const seconds = (performance.now() - since) / 1000;
    return { outcome, seconds, looking: looked - before, adding: added - looked };
  };
  try {
    const defect = own.defect(message, length, plainKernels);
    [looked, added] = [setAside(), setAside()];
    if (defect !== null) return ended(defect.length > 0 ? "refused" : "refused without a word");
    own.accumulate(message, { sum, weight: 1, anchor, key }, plainKernels);
    added = setAside();
    return ended(sum.every(Number.isFinite) ? "read" : "read as numbers that are not finite");
  } catch (error) {
    return ended(`threw ${String(error)}`);
  }
}

/** Bytes of all arrays that are there. */
function setAside(): number {
  return process.memoryUsage().arrayBuffers;
}

function mayTakeToLook({ part }: Part, message: Uint8Array, length: number): number {
  const isCoded = part.name === "fed-zip" || JSON.stringify([part.name, part.options]).includes('"entropy"');
  const coded = isCoded ? CODED_BYTES + CODED_BYTES_PER_NUMBER * length : 0;
  return BYTES_PER_BYTE * Math.max(message.length, coded) + TABLE_BYTES;
}

function mayTakeToAdd(length: number): number {
  return BYTES_PER_NUMBER * length + TABLE_BYTES;
}
