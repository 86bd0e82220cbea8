import { clientId, taskId, type Work } from "@potluck/core";
import fc from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  agreedVersion,
  type BlobName,
  decodeToClient,
  decodeToServer,
  encodeToClient,
  encodeToServer,
  joinStatement,
  MAX_MESSAGE_BYTES,
  MessageError,
  type ToClient,
  type ToServer,
  type WireTask,
} from "./index.ts";

const whole = fc.nat();
const amount = fc.double({ min: 0, max: 1e12, noNaN: true });
const text = fc.string({ unit: "grapheme-ascii", maxLength: 40 });
const task = whole.map(taskId);
const blob: fc.Arbitrary<BlobName> = fc.record({
  sha256: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString("hex")),
  bytes: whole,
});
const bytesOf = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
const positive = fc.integer({ min: 1, max: 1e6 });
const known = fc.option(fc.double({ min: 1, max: 1e12, noNaN: true }));

const runName = fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 40 });

const greeting = {
  versions: fc.array(fc.nat({ max: 9 }), { maxLength: 4 }),
  run: text,
  deviceKey: bytesOf(32),
  token: text,
  software: text,
  profile: fc.record({
    examples: whole,
    tier: text,
    flopsPerSecond: known,
    uploadBytesPerSecond: known,
    downloadBytesPerSecond: known,
  }),
  openTasks: fc.array(task, { maxLength: 5 }),
};

const toServer: fc.Arbitrary<ToServer> = fc.oneof(
  fc.record({ kind: fc.constant("hello"), ...greeting }),
  fc.record({ kind: fc.constant("hello"), ...greeting, holds: runName }),
  fc.record({ kind: fc.constant("proof"), signature: bytesOf(64) }),
  fc.record({ kind: fc.constantFrom("heartbeat", "leaving") }),
  fc.record({ kind: fc.constant("received"), task, bytes: whole }),
  fc.record({
    kind: fc.constant("submitted"),
    task,
    submission: fc.record({
      payload: blob,
      remembered: whole,
      examples: positive,
      steps: positive,
      trainLoss: fc.double({ noNaN: true, noDefaultInfinity: true }),
      spent: fc.record({ downloadSeconds: amount, computeSeconds: amount, uploadSeconds: amount }),
    }),
  }),
  fc.record({ kind: fc.constant("failed"), task, reason: text }),
);

const part = <R extends "codec" | "solver" | "feedback">(room: R) =>
  fc.record({
    room: fc.constant(room),
    name: text,
    options: fc.dictionary(
      text.filter((name) => name !== "__proto__"),
      fc.oneof(fc.integer(), text),
      { noNullPrototype: true },
    ),
  });
const work: fc.Arbitrary<Work> = fc.oneof(
  fc.record({ epochs: positive, batchSize: positive }),
  fc.record({ steps: positive, batchSize: positive }),
  fc
    .tuple(positive, positive, positive)
    .map(([least, more, batchSize]) => ({ minimumSteps: least, maximumSteps: least + more, batchSize })),
);
const key = fc.record({ high: fc.nat({ max: 0xffffffff }), low: fc.nat({ max: 0xffffffff }) });
const anyTask = {
  id: task,
  version: whole,
  params: blob,
  upload: part("codec"),
  key,
};
const wireTask: fc.Arbitrary<WireTask> = fc.oneof(
  fc.record({
    ...anyTask,
    solver: part("solver"),
    work,
    feedback: part("feedback"),
    mean: fc.option(blob),
    changes: fc.option(
      fc.record(
        { held: whole, codec: part("codec"), messages: fc.array(blob, { maxLength: 3 }), from: blob, key },
        { requiredKeys: ["held", "codec", "messages"] },
      ),
    ),
  }),
  fc.record({
    ...anyTask,
    round: whole,
    gradients: fc.array(
      fc.record({
        job: whole,
        group: whole,
        place: whole,
        params: blob,
        chunks: fc.array(
          fc
            .tuple(whole, whole, fc.double({ noNaN: true, noDefaultInfinity: true }))
            .map(([from, count, coefficient]) => ({ from, to: from + count, coefficient })),
          { maxLength: 3 },
        ),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  }),
);

const welcome = {
  client: whole.map(clientId),
  session: text,
  heartbeatSeconds: amount,
  silenceSeconds: amount,
  job: blob,
  openTasks: fc.array(task, { maxLength: 5 }),
};

const toClient: fc.Arbitrary<ToClient> = fc.oneof(
  fc.record({ kind: fc.constant("challenge"), version: positive, nonce: bytesOf(32) }),
  fc.record({ kind: fc.constant("welcome"), ...welcome }),
  fc.record({ kind: fc.constant("welcome"), ...welcome, run: runName }),
  fc.record({ kind: fc.constant("heartbeat") }),
  fc.record({ kind: fc.constant("assign"), task: wireTask }),
  fc.record({ kind: fc.constant("recall"), task }),
  fc.record({
    kind: fc.constant("acknowledged"),
    task,
    outcome: fc.constantFrom("accepted", "late", "invalid", "abandoned"),
    detail: text,
  }),
  fc.record({ kind: fc.constant("goodbye"), code: text, detail: text, comeBack: fc.boolean() }),
);

describe("messages", () => {
  test("of clients are read as they were written", () => {
    fc.assert(
      fc.property(toServer, (message) => {
        expect(decodeToServer(encodeToServer(message))).toEqual(message);
      }),
    );
  });

  test("of coordinators are read as they were written", () => {
    fc.assert(
      fc.property(toClient, (message) => {
        expect(decodeToClient(encodeToClient(message))).toEqual(message);
      }),
    );
  });

  test("that were tampered with are read as some message, or refused: nothing else is thrown", () => {
    const mutated = fc.tuple(fc.oneof(toServer.map(encodeToServer), toClient.map(encodeToClient)), fc.nat(), fc.nat());
    fc.assert(
      fc.property(mutated, ([bytes, at, value]) => {
        const broken = Uint8Array.from(bytes);
        if (broken.length > 0) broken[at % broken.length] = value % 256;
        const cut = broken.subarray(0, value % 3 === 0 ? at % (broken.length + 1) : broken.length);
        for (const decode of [decodeToServer, decodeToClient]) {
          try {
            decode(cut);
          } catch (error) {
            expect(error).toBeInstanceOf(MessageError);
          }
        }
      }),
      { numRuns: 3000 },
    );
  });

  test("longer than a mebibyte are refused before they are read", () => {
    expect(() => decodeToServer(new Uint8Array(MAX_MESSAGE_BYTES + 1))).toThrow("more than 1048576");
    expect(() => decodeToClient(new Uint8Array(MAX_MESSAGE_BYTES + 1))).toThrow(MessageError);
  });

  test.each([
    ["a number that is none", { kind: "received", task: taskId(1), bytes: Number.MAX_SAFE_INTEGER + 1 } as const],
    [
      "a loss that is none",
      {
        kind: "submitted",
        task: taskId(1),
        submission: {
          payload: { sha256: "00".repeat(32), bytes: 1 },
          remembered: 0,
          examples: 1,
          steps: 1,
          trainLoss: Number.NaN,
          spent: { downloadSeconds: 0, computeSeconds: 0, uploadSeconds: 0 },
        },
      } as const,
    ],
    ["a key that is too short", { kind: "proof", signature: new Uint8Array(63) } as const],
  ])("with %s are refused", (_, message) => {
    expect(() => decodeToServer(encodeToServer(message))).toThrow(MessageError);
  });

  test("of later software, with fields that are not known here, are read without them", () => {
    // Field 999, a varint, behind a heartbeat.
    const later = Uint8Array.of(...encodeToServer({ kind: "heartbeat" }), 0xb8, 0x3e, 0x01);
    expect(decodeToServer(later)).toEqual({ kind: "heartbeat" });
  });
});

describe("the handshake", () => {
  test("speaks the newest version that both sides know", () => {
    expect(agreedVersion([1, 2, 3], [1, 2])).toBe(2);
    expect(agreedVersion([3], [1, 2])).toBeNull();
    expect(agreedVersion([])).toBeNull();
  });

  test("has clients sign what only this coordinator could ask for", () => {
    const nonce = new Uint8Array(32).fill(7);
    expect(new TextDecoder().decode(joinStatement(nonce))).toBe(`potluck-v1-join\n${"\u0007".repeat(32)}`);
  });
});

test("version 1 is frozen: bytes that were written once are read for ever", () => {
  const text1 = readFileSync(new URL("../fixtures/version-1.json", import.meta.url), "utf8");
  const frozen: { readonly toServer: readonly Frozen[]; readonly toClient: readonly Frozen[] } = JSON.parse(text1);
  for (const { hex, message } of frozen.toServer) expect(plain(decodeToServer(bytesIn(hex)))).toEqual(message);
  for (const { hex, message } of frozen.toClient) expect(plain(decodeToClient(bytesIn(hex)))).toEqual(message);
  expect(frozen.toServer.length + frozen.toClient.length).toBeGreaterThan(12);
});

interface Frozen {
  readonly hex: string;
  readonly message: unknown;
}

function bytesIn(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, "hex"));
}

/** As it stands in a JSON file: bytes in hexadecimal. */
function plain(message: unknown): unknown {
  return JSON.parse(
    JSON.stringify(message, (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value,
    ),
  );
}
