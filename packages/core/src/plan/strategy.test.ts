import { fleetOf } from "@potluck/testkit";
import { expect, test } from "vitest";
import { rootKey } from "../base/key.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import type { Command } from "./events.ts";
import { type Context, opaqueStrategy, type Strategy } from "./strategy.ts";

interface Tally {
  events: number;
  readonly size: number;
}

const tally: Strategy<Tally> = {
  init: (params) => ({ events: 0, size: params.length }),
  handle: (state, _, { issue }) => {
    state.events += 1;
    issue({ kind: "timer", name: `${state.events} of ${state.size}`, after: 1 });
  },
};

test("a strategy whose state is hidden does with it what the strategy does", () => {
  const hidden = opaqueStrategy(tally);
  const commands: Command[] = [];
  const context: Context = {
    now: 0,
    key: rootKey(0),
    fleet: fleetOf([]),
    kernels: plainKernels,
    layout: [],
    issue: (command) => commands.push(command),
  };
  const state = hidden.init(new Float32Array(3), plainKernels);
  hidden.handle(state, { kind: "started" }, context);
  hidden.handle(state, { kind: "started" }, context);
  expect(state).toEqual({ events: 2, size: 3 });
  expect(commands).toEqual([
    { kind: "timer", name: "1 of 3", after: 1 },
    { kind: "timer", name: "2 of 3", after: 1 },
  ]);
});
