/**
 * What codecs are measured against: straightforward loops, of which nothing is checked and no bit is saved, and what Node has for any
 * bytes.
 *
 * @module
 */
import { constants, deflateSync, inflateSync, zstdCompressSync, zstdDecompressSync } from "node:zlib";

/** Makes a message of a vector, and adds what a message says, times a weight, to a sum. */
export interface CodecPeer<Message> {
  readonly encode: (x: Float32Array) => Message;
  readonly accumulate: (message: Message, sum: Float64Array, weight: number) => void;
}

/** Numbers and where they stand. */
interface Pairs {
  readonly indices: Uint32Array;
  readonly values: Float32Array;
}

/** The largest magnitudes, found by sorting all; the message is pairs of index and number. */
export function largestBySorting(ratio: number): CodecPeer<Pairs> {
  return {
    encode: (x) => {
      const count = Math.ceil(ratio * x.length);
      const least = x.map(Math.abs).sort()[x.length - count] ?? 0;
      const [indices, values] = [new Uint32Array(count), new Float32Array(count)];
      let found = 0;
      for (let i = 0; i < x.length && found < count; i++) {
        const value = x[i] ?? 0;
        if (Math.abs(value) < least) continue;
        indices[found] = i;
        values[found] = value;
        found += 1;
      }
      return { indices, values };
    },
    accumulate: ({ indices, values }, sum, weight) => {
      for (let at = 0; at < indices.length; at++) {
        const index = indices[at] ?? 0;
        sum[index] = (sum[index] ?? 0) + weight * (values[at] ?? 0);
      }
    },
  };
}

/** Levels of 8 bits, and the scale of each bucket of so many. */
interface Levels {
  readonly levels: Int8Array;
  readonly scales: Float32Array;
}

const MOST = 127;

/** Numbers rounded at random to levels of 8 bits, with the random numbers of the language. */
export function levelsByLoop(bucket: number): CodecPeer<Levels> {
  return {
    encode: (x) => {
      const levels = new Int8Array(x.length);
      const scales = new Float32Array(Math.ceil(x.length / bucket));
      for (let at = 0; at < scales.length; at++) {
        const end = Math.min((at + 1) * bucket, x.length);
        let largest = 0;
        for (let i = at * bucket; i < end; i++) largest = Math.max(largest, Math.abs(x[i] ?? 0));
        scales[at] = largest;
        const factor = largest === 0 ? 0 : MOST / largest;
        for (let i = at * bucket; i < end; i++) levels[i] = Math.floor((x[i] ?? 0) * factor + Math.random());
      }
      return { levels, scales };
    },
    accumulate: ({ levels, scales }, sum, weight) => {
      for (let i = 0; i < sum.length; i++) {
        const scale = scales[Math.floor(i / bucket)] ?? 0;
        sum[i] = (sum[i] ?? 0) + (weight * scale * (levels[i] ?? 0)) / MOST;
      }
    },
  };
}

/** Deflate at its fastest level. */
export const deflate: CodecPeer<Uint8Array> = compression(
  (bytes) => deflateSync(bytes, { level: 1 }),
  (bytes) => inflateSync(bytes),
);

/** Zstandard at its fastest usual level. */
export const zstd: CodecPeer<Uint8Array> = compression(
  (bytes) => zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 1 } }),
  (bytes) => zstdDecompressSync(bytes),
);

type Transform = (bytes: Uint8Array) => Uint8Array;

function compression(pack: Transform, unpack: Transform): CodecPeer<Uint8Array> {
  return {
    encode: (x) => pack(new Uint8Array(x.buffer, x.byteOffset, x.byteLength)),
    accumulate: (message, sum, weight) => {
      const { buffer, byteOffset, byteLength } = unpack(message);
      const x = new Float32Array(buffer, byteOffset, byteLength / Float32Array.BYTES_PER_ELEMENT);
      for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + weight * (x[i] ?? 0);
    },
  };
}
