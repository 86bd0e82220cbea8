/**
 * Frames of the wire that were changed on their way, and what a coordinator or a client has to make of them: a message, or a refusal in
 * words, in little time and without taking more memory than a frame has.
 *
 * @module
 */
import { fold, rootKey, uniformStream } from "@potluck/core";
import { decodeToClient, decodeToServer, encodeToClient, encodeToServer, MessageError } from "@potluck/protocol";
import { readFileSync } from "node:fs";
import { mutated } from "./mutations.ts";

/** How many frames were taken for messages, and how many were refused. */
export interface FrameTally {
  refused: number;
  read: number;
}

interface Side {
  readonly frames: readonly Uint8Array[];
  /** Reads a frame, and writes down again what it says. Throws MessageError. */
  readonly again: (frame: Uint8Array) => Uint8Array;
}

/** Milliseconds: reading takes microseconds; what is slower than this is no chance of the machine. */
const LONGEST_TIME = 2000;

/** What is wrong with how frame `number` of a seed is taken, or null; what becomes of it is counted. */
export function frameProblem(number: number, seed: number, tally: FrameTally): string | null {
  const draw = uniformStream(fold(fold(rootKey(seed), "frames"), number));
  const side = SIDES[number % SIDES.length];
  const whole = side?.frames[Math.floor(draw() * side.frames.length)];
  if (side === undefined || whole === undefined) return "there are no frames to change";
  const frame = mutated(whole, draw);
  const since = performance.now();
  const problem = taken(side, frame, tally);
  const spent = performance.now() - since;
  const what = `bytes ${Buffer.from(frame).toString("hex")}`;
  if (problem !== null) return `${problem}: ${what}`;
  return spent > LONGEST_TIME ? `${spent.toFixed(0)} ms: ${what}` : null;
}

function taken({ again }: Side, frame: Uint8Array, tally: FrameTally): string | null {
  try {
    const said = again(frame);
    tally.read += 1;
    // What was read says the same when it is said again: nothing impossible has come through.
    return Buffer.compare(again(said), said) === 0 ? null : "is another message when it is said again";
  } catch (error) {
    if (!(error instanceof MessageError)) return `threw ${String(error)}`;
    tally.refused += 1;
    return error.message === "" ? "was refused without a word" : null;
  }
}

const FIXTURES = new URL("../../protocol/fixtures/version-1.json", import.meta.url);

/** The frozen frames of each direction, with what reads them. */
const SIDES: readonly Side[] = [
  { frames: frozen("toServer"), again: (frame) => encodeToServer(decodeToServer(frame)) },
  { frames: frozen("toClient"), again: (frame) => encodeToClient(decodeToClient(frame)) },
];

function frozen(direction: string): readonly Uint8Array[] {
  const fixtures: Readonly<Record<string, readonly { readonly hex: string }[]>> = JSON.parse(
    readFileSync(FIXTURES, "utf8"),
  );
  return (fixtures[direction] ?? []).map(({ hex }) => Uint8Array.from(Buffer.from(hex, "hex")));
}
