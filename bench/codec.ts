/**
 * Codecs: an update of 10 million float32 numbers as a message, and a message added to a float64 sum, on one core.
 *
 * Figures are in bytes of the dense update, whatever the message takes. Peers get the difference of trained and anchor, which codecs
 * compute, and check nothing (`codec-peers.ts`).
 *
 * @module
 */
import { codec, type Codec, plainKernels, rootKey, type VectorKernels } from "@potluck/core";
import { loadKernels } from "@potluck/kernels";
import { type CodecPeer, deflate, largestBySorting, levelsByLoop, zstd } from "./codec-peers.ts";
import { interleaved, median, speedup, threadMilliseconds, type Timings } from "./measure.ts";
import type { Bench, BenchRow, BenchTable } from "./table.ts";

const LENGTH = 10_000_000;
const BYTES = 4 * LENGTH;
const RATIO = 0.01;
const BITS = 8;
/** Of these, several are packed together in a byte. */
const FEW_BITS = 4;
const BUCKET = 512;
const WEIGHT = 2;
const KEY = rootKey(1);

const TOP_K = "top-k 1%";
const SAMPLED = "top-k 1% by a sample";
const QSGD = `qsgd ${BITS} bits`;
const PACKED = `qsgd ${FEW_BITS} bits`;
const LOOP = "loop";
const PLAIN = "plain";
const KERNELS = "kernels";
const GIVEN = "kernels given the difference";

const bench: Bench = { name: "codec", run: async () => Promise.resolve(measured()) };
export default bench;

/** What is timed, by name, and how many bytes its message has. */
interface Contestant {
  readonly encode: () => void;
  readonly add: () => void;
  readonly messageBytes: number | null;
}

/** What is sent: where the client started from, where it ended, and the difference. */
interface Sent {
  readonly trained: Float32Array;
  readonly anchor: Float32Array | null;
  readonly difference: Float32Array;
}

function measured(): BenchTable {
  const kernels = loadKernels();
  const sent = updateOf(LENGTH);
  const largest = contestants(codec.topK({ ratio: RATIO }), largestBySorting(RATIO), sent, kernels);
  const levels = contestants(codec.qsgd({ bits: BITS, bucket: BUCKET }), levelsByLoop(BUCKET), sent, kernels);
  const sampled = bothForms(codec.topK({ ratio: RATIO, selection: "sampled" }), sent, kernels);
  const packed = bothForms(codec.qsgd({ bits: FEW_BITS, bucket: BUCKET }), sent, kernels);
  const peers = { deflate: peerOf(deflate, sent), zstd: peerOf(zstd, sent) };
  const named = {
    ...prefixed(TOP_K, largest.all),
    ...prefixed(SAMPLED, sampled.all),
    ...prefixed(QSGD, levels.all),
    ...prefixed(PACKED, packed.all),
    ...peers,
  };
  const isSame = [largest, sampled, levels, packed].every(({ same }) => same);
  const encode = timingsOf(Object.entries(named).map(([name, one]) => [name, one.encode]));
  const add = timingsOf(addersIn(named));
  return {
    title: `codec: an update of ${LENGTH.toLocaleString("en")} floats as a message, and a message added to a sum`,
    rows: [
      ...rowsOf("encode", encode, { [TOP_K]: ">= 0.4 GB/s", [QSGD]: ">= 1 GB/s" }),
      ...rowsOf("check and add", add, { [TOP_K]: ">= 1 GB/s" }),
      ...sizeRows(named),
    ],
    notes: [
      `Kernels: ${kernels.name}. GB/s of the dense update, 4 bytes a number; ratios are to the loop of the same work. One core, by the time of its processor.`,
      `Both forms of the kernels give the same messages and sums: ${isSame ? "yes" : "NO"}.`,
      "Loops are given the difference, which codecs compute; they check nothing, and what they draw is not a matter of a key.",
    ],
  };
}

/** An update as training makes them: most numbers change little, some much more. */
function updateOf(length: number): Sent {
  const [trained, anchor] = [new Float32Array(length), new Float32Array(length)];
  for (let i = 0; i < length; i++) {
    const noise = Math.sin(1.7 * i) * Math.sin(0.37 * (i % 65_536) * (i % 65_536));
    anchor[i] = 0.1 * Math.cos(i);
    trained[i] = (anchor[i] ?? 0) + 0.001 * noise * Math.exp(3 * Math.sin(0.013 * i));
  }
  return { trained, anchor, difference: trained.map((end, i) => end - (anchor[i] ?? 0)) };
}

/** What is timed of a codec, and whether all forms of it said the same. */
interface Forms {
  readonly all: Readonly<Record<string, Contestant>>;
  readonly same: boolean;
}

/** The loop, the codec with plain kernels and with these. */
function contestants<M>(own: Codec, loop: CodecPeer<M>, sent: Sent, kernels: VectorKernels): Forms {
  const { all, same } = bothForms(own, sent, kernels);
  const given = codecWith(own, { ...sent, trained: sent.difference, anchor: null }, kernels);
  const isSame = same && Buffer.from(own.encode(sent.trained, sent.anchor, KEY, kernels)).equals(given.message);
  return { all: { [LOOP]: peerOf(loop, sent), ...all, [GIVEN]: given }, same: isSame };
}

/** The codec with plain kernels and with these. */
function bothForms(own: Codec, sent: Sent, kernels: VectorKernels): Forms {
  const [plain, fast] = [codecWith(own, sent, plainKernels), codecWith(own, sent, kernels)];
  const isSaid = fast.said.every((number, i) => number === plain.said[i]);
  return { all: { [PLAIN]: plain, [KERNELS]: fast }, same: isSaid && Buffer.from(plain.message).equals(fast.message) };
}

/** The message of a codec, and what it says. */
interface Said {
  readonly message: Uint8Array;
  readonly said: Float64Array;
}

function codecWith(own: Codec, { trained, anchor }: Sent, kernels: VectorKernels): Contestant & Said {
  const message = own.encode(trained, anchor, KEY, kernels);
  const sum = kernels.zeros(LENGTH);
  const add = (): void => {
    const defect = own.defect(message, LENGTH, kernels);
    if (defect !== null) throw new Error(defect);
    own.accumulate(message, { sum, weight: WEIGHT, anchor, key: KEY }, kernels);
  };
  add();
  return {
    message,
    said: sum.slice(),
    messageBytes: message.byteLength,
    encode: () => void own.encode(trained, anchor, KEY, kernels),
    add,
  };
}

function peerOf<M>({ encode, accumulate }: CodecPeer<M>, { difference }: Sent): Contestant {
  const [message, sum] = [encode(difference), new Float64Array(LENGTH)];
  return {
    messageBytes: message instanceof Uint8Array ? message.byteLength : null,
    encode: () => void encode(difference),
    add: () => {
      accumulate(message, sum, WEIGHT);
    },
  };
}

function prefixed(prefix: string, all: Readonly<Record<string, Contestant>>): Readonly<Record<string, Contestant>> {
  return Object.fromEntries(Object.entries(all).map(([name, one]) => [`${prefix}, ${name}`, one]));
}

type ByName<Value> = Readonly<Record<string, Value>>;

/** Milliseconds that a repetition should take at least, since processor time is told in coarse steps. */
const LEAST_MILLISECONDS = 200;
const MOST_CALLS = 20;

/** Seconds of each call. */
function timingsOf(runs: readonly (readonly [string, () => void])[]): ReadonlyMap<string, Timings> {
  const calls = new Map(runs.map(([name, run]) => [name, callsOf(run)]));
  const repeated = runs.map(([name, run]) => [name, () => repeat(run, calls.get(name) ?? 1)] as const);
  const all = interleaved(Object.fromEntries(repeated), { warmUps: 1, repetitions: 7 }, threadMilliseconds);
  return new Map([...all].map(([name, own]) => [name, own.map((seconds) => seconds / (calls.get(name) ?? 1))]));
}

/** How often something is done in a repetition. */
function callsOf(run: () => void): number {
  const before = threadMilliseconds();
  run();
  const spent = threadMilliseconds() - before;
  return Math.ceil(Math.min(MOST_CALLS, LEAST_MILLISECONDS / Math.max(1, spent)));
}

function repeat(run: () => void, times: number): void {
  for (let time = 0; time < times; time++) run();
}

function rowsOf(work: string, all: ReadonlyMap<string, Timings>, targets: ByName<string>): readonly BenchRow[] {
  return [...all].map(([name, timings]) => {
    const [subject = "", form] = name.split(", ");
    const loop = all.get(`${subject}, ${LOOP}`);
    const target = form === KERNELS || form === GIVEN ? targets[subject] : undefined;
    return {
      what: `${work}: ${name}`,
      value: BYTES / median(timings) / 1e9,
      best: BYTES / Math.min(...timings) / 1e9,
      unit: "GB/s",
      ...(loop !== undefined && form !== LOOP && { peer: LOOP, ratio: speedup(timings, loop) }),
      ...(target !== undefined && { target }),
    };
  });
}

/** Those that add, but the codec that was given the difference, which adds as the other does. */
function addersIn(all: ByName<Contestant>): readonly (readonly [string, () => void])[] {
  return Object.entries(all).flatMap(([name, { add }]) => (name.endsWith(GIVEN) ? [] : [[name, add] as const]));
}

function sizeRows(all: ByName<Contestant>): readonly BenchRow[] {
  return Object.entries(all)
    .filter(([name]) => !name.endsWith(PLAIN) && !name.endsWith(GIVEN))
    .flatMap(([name, { messageBytes }]) =>
      messageBytes === null ? [] : [{ what: `size: ${name}`, value: (100 * messageBytes) / BYTES, unit: "% of dense" }],
    );
}
