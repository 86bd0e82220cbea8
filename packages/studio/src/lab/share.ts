/**
 * A choice as text for an address, and back: JSON, compressed, in the letters that addresses take as they are.
 *
 * @module
 */
import { safeParse } from "zod/mini";
import { choiceShape, type LabChoice } from "./choice.ts";

/** A choice that takes more bytes of JSON is none. */
const LONGEST_BYTES = 2 ** 16;

/** The choice as letters, digits, "-" and "_". */
export async function packed(choice: LabChoice): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(choice));
  const small = await through(bytes, new CompressionStream("deflate-raw"));
  const text = btoa(Array.from(small, (byte) => String.fromCodePoint(byte)).join(""));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The choice in a text; null where it holds none. */
export async function unpacked(text: string): Promise<LabChoice | null> {
  try {
    const letters = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const small = Uint8Array.from(letters, (letter) => letter.codePointAt(0) ?? 0);
    const bytes = await through(small, new DecompressionStream("deflate-raw"));
    const { success, data } = safeParse(choiceShape, JSON.parse(new TextDecoder().decode(bytes)));
    return success ? data : null;
  } catch {
    return null;
  }
}

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of streamOf(new Blob([bytes]).stream().pipeThrough(stream))) {
    length += piece.length;
    if (length > LONGEST_BYTES) throw new RangeError("more than a choice takes");
    pieces.push(piece);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Browsers differ in whether streams can be gone through piece by piece. */
async function* streamOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
