import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodePlain, encodePlain } from "../base/plain-data.ts";
import type { Contribution, Publication } from "../plan/events.ts";
import { clientId, taskId } from "../plan/identity.ts";
import { addVoice, noteVoices, noVoices, type Voice, voiceOf, type Voices } from "./voices.ts";

const CLIENTS = 4;
const contribution: fc.Arbitrary<Contribution> = fc.record({
  client: fc.nat({ max: CLIENTS - 1 }).map(clientId),
  task: fc.constant(taskId(0)),
  factor: fc.oneof(fc.constant(0), fc.double({ min: 1e-3, max: 1e3, noNaN: true })),
  steps: fc.integer({ min: 1, max: 100 }),
  staleness: fc.nat({ max: 9 }),
});
const scale = fc.oneof(fc.constant(0), fc.double({ min: 1e-3, max: 10, noNaN: true }));

/** The models of a run, one after another. */
function runs(lasting: boolean): fc.Arbitrary<readonly Publication[]> {
  return fc
    .array(fc.record({ contributions: fc.array(contribution, { maxLength: 6 }), scale }), { maxLength: 12 })
    .map((models) =>
      models.map((model, at) => ({ kind: "publish", version: at + 1, params: new Float32Array(0), lasting, ...model })),
    );
}

function heard(models: readonly Publication[], voices: Voices = silence()): Voices {
  for (const model of models) noteVoices(voices, model);
  return voices;
}

function silence(): Voices {
  const voices = noVoices();
  for (let client = 0; client < CLIENTS; client++) addVoice(voices);
  return voices;
}

function voicesIn(voices: Voices): readonly Voice[] {
  return Array.from({ length: CLIENTS }, (_, client) => voiceOf(voices, clientId(client)));
}

function expectVoices(voices: Voices, expected: readonly Voice[]): void {
  voicesIn(voices).forEach((voice, client) => {
    for (const name of ["contribution", "pull", "squaredPull"] as const) {
      const [had, wanted] = [voice[name], expected[client]?.[name] ?? Number.NaN];
      expect(Math.abs(had - wanted)).toBeLessThanOrEqual(1e-9 * Math.max(1, wanted));
    }
  });
}

/** The sums that voices are, version by version: `inForce` is what counts in a version, given what counted before. */
function bruteForce(
  models: readonly Publication[],
  inForce: (before: readonly Contribution[], fresh: readonly Contribution[]) => readonly Contribution[],
): readonly Voice[] {
  const sums = Array.from({ length: CLIENTS }, () => ({ contribution: 0, pull: 0, squaredPull: 0 }));
  let counting: readonly Contribution[] = [];
  for (const { contributions, scale: ofAll } of models) {
    counting = inForce(counting, contributions);
    for (const [client, sum] of sums.entries()) {
      const own = counting.filter((one) => one.client === clientId(client));
      const pull = own.reduce((total, { factor, steps }) => total + ofAll * factor * steps, 0);
      sum.contribution += own.reduce((total, { factor }) => total + ofAll * factor, 0);
      sum.pull += pull;
      sum.squaredPull += pull ** 2;
    }
  }
  return sums;
}

test("a voice is Σ ω and Σ ω · steps over the models, and the sum of the squares of its pull in each", () => {
  fc.assert(
    fc.property(runs(false), (models) => {
      expectVoices(
        heard(models),
        bruteForce(models, (_, fresh) => fresh),
      );
    }),
  );
});

test("what lasts counts in every version until the client's next, each time with that version's scale", () => {
  fc.assert(
    fc.property(runs(true), (models) => {
      const latest = (all: readonly Contribution[]): readonly Contribution[] =>
        all.filter(({ client }, at) => !all.slice(at + 1).some((later) => later.client === client));
      const expected = bruteForce(models, (before, fresh) => latest([...before, ...fresh]));
      expectVoices(
        heard(models),
        // How unsteady a voice that lasts was is not kept.
        expected.map((voice) => ({ ...voice, squaredPull: 0 })),
      );
    }),
  );
});

describe("by hand:", () => {
  const model = (scaleOfAll: number, lasting: boolean, contributions: readonly (readonly [number, number, number])[]) =>
    ({
      kind: "publish",
      version: 1,
      params: new Float32Array(0),
      scale: scaleOfAll,
      lasting,
      contributions: contributions.map(([client, factor, steps]) => ({
        client: clientId(client),
        task: taskId(0),
        factor,
        steps,
        staleness: 0,
      })),
    }) as const satisfies Publication;

  test("two updates of one client in one model are one voice in it", () => {
    // ω: ½ · 2 + ½ · 1 = 1.5;   pull: 1 · 3 + ½ · 4 = 5, and its square 25
    const voices = heard([
      model(0.5, false, [
        [0, 2, 3],
        [0, 1, 4],
      ]),
    ]);
    expect(voicesIn(voices)[0]).toEqual({ contribution: 1.5, pull: 5, squaredPull: 25 });
  });

  test("an update that lasts is not replaced by an older one of its client", () => {
    const [both, alone] = [[3, 1] as const, [3] as const].map((tasks) =>
      heard([
        {
          ...model(0.5, true, []),
          contributions: tasks.map((task) => ({
            client: clientId(0),
            task: taskId(task),
            factor: task === 3 ? 2 : 0,
            steps: 5,
            staleness: 0,
          })),
        },
      ]),
    );
    expect(both && voicesIn(both)).toEqual(alone && voicesIn(alone));
    expect(both && voicesIn(both)[0]).toMatchObject({ contribution: 1, pull: 5 });
  });

  test("an update that lasts three versions counts in three", () => {
    const voices = heard([model(1, true, [[0, 2, 3]]), model(0.5, true, [[1, 1, 1]]), model(0.25, true, [[0, 4, 1]])]);
    // Client 0: 1 · 2 + ½ · 2 + ¼ · 4 = 4, and in steps 1 · 6 + ½ · 6 + ¼ · 4 = 10.   Client 1: ½ · 1 + ¼ · 1
    expect(voicesIn(voices).slice(0, 2)).toEqual([
      { contribution: 4, pull: 10, squaredPull: 0 },
      { contribution: 0.75, pull: 0.75, squaredPull: 0 },
    ]);
  });
});

test("voices that went through bytes go on the same", () => {
  fc.assert(
    fc.property(fc.boolean().chain(runs), fc.boolean().chain(runs), (models, more) => {
      const straight = heard(models);
      const stored = structuredClone(straight);
      expect(decodePlain(encodePlain(straight))).toEqual(stored);
      expect(voicesIn(heard(more, stored))).toEqual(voicesIn(heard(more, straight)));
    }),
  );
});

test("a client that is not known has no voice", () => {
  expect(() => voiceOf(noVoices(), clientId(0))).toThrow("the voice of client 0 is missing");
});
