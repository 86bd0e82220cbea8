import { fleetOf } from "@potluck/testkit";
import { expect, test } from "vitest";
import { definePacing, type Scene } from "./pacing.ts";

interface Metronome {
  beats: number;
}

const metronome = definePacing<{ readonly every?: number }, Metronome>({
  room: "pacing",
  name: "metronome",
  about: "Beats.",
  fights: [],
  options: { every: { kind: "number", above: 0, default: 2, unit: "seconds", about: "the beat" } },
  make: ({ every }) => ({
    init: () => ({ beats: 0 }),
    react: (state, moment) => {
      if (moment.kind === "timer") state.beats += 1;
      return [{ kind: "timer", name: `beat ${state.beats}`, after: every }];
    },
    contradiction: (clients) => (clients > 0 ? null : "nobody listens"),
  }),
});

const scene: Scene = {
  now: 0,
  version: 0,
  collected: 0,
  open: 0,
  converting: 0,
  work: { steps: 1, batchSize: 1 },
  fleet: fleetOf([]),
};

test("a pacing is a part whose state only it can read", () => {
  const made = metronome({ every: 5 });
  expect(made.part).toEqual({ room: "pacing", name: "metronome", options: { every: 5 } });
  const state = made.init();
  expect(made.react(state, { kind: "started" }, scene)).toEqual([{ kind: "timer", name: "beat 0", after: 5 }]);
  expect(made.react(state, { kind: "timer", name: "beat 0" }, scene)).toEqual([
    { kind: "timer", name: "beat 1", after: 5 },
  ]);
  expect(state).toEqual({ beats: 1 });
  expect([made.contradiction(0), made.contradiction(1)]).toEqual(["nobody listens", null]);
});

test("two runs of one pacing do not know of each other", () => {
  const made = metronome();
  const [one, other] = [made.init(), made.init()];
  made.react(one, { kind: "timer", name: "beat 0" }, scene);
  expect([one, other]).toEqual([{ beats: 1 }, { beats: 0 }]);
});
