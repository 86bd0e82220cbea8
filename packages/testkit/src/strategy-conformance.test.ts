import {
  type Command,
  federated,
  type FleetEvent,
  opaqueStrategy,
  pacing,
  type Plan,
  type Strategy,
} from "@potluck/core";
import { describe, expect, test } from "vitest";
import { fullRounds, type Law, laws, type Subject } from "./strategy-conformance.ts";

/** Sound federated averaging whose events or commands are tampered with. */
function tampered(
  versions: number,
  tamper: (handle: Strategy<unknown>["handle"]) => Strategy<unknown>["handle"],
): Plan {
  const plan = federated({ ...fullRounds, versions });
  return { ...plan, strategy: opaqueStrategy({ ...plan.strategy, handle: tamper(plan.strategy.handle) }) };
}

/** The plan whose commands are changed on their way out. */
function rewriting(change: (command: Command) => readonly Command[]): (versions: number) => Plan {
  return (versions) =>
    tampered(versions, (handle) => (state, event, context) => {
      const issue = (command: Command): void => {
        change(command).forEach(context.issue);
      };
      handle(state, event, { ...context, issue });
    });
}

const changed = (params: Float32Array, change: (x: number) => number): Float32Array => params.map((x) => change(x));

let runsSoFar = 0;
let eventsSinceStart = 0;

/** For each law a plan that breaks it. */
const offenders: readonly (readonly [Law, string, (versions: number) => Plan])[] = [
  [
    "is pure",
    "remembers something between runs",
    rewriting((command) => {
      if (command.kind === "finish") runsSoFar += 1;
      return command.kind === "publish"
        ? [{ ...command, params: changed(command.params, (x) => x + runsSoFar) }]
        : [command];
    }),
  ],
  [
    "is restorable",
    "remembers something outside its state",
    (versions) => {
      const seen = new WeakSet<object>();
      return tampered(versions, (handle) => (state, event, context) => {
        // A state that was read from bytes is another object.
        const restored = typeof state === "object" && state !== null && !seen.has(state) && event.kind === "update";
        if (typeof state === "object" && state !== null) seen.add(state);
        handle(state, event, context);
        if (restored) context.issue({ kind: "timer", name: "restored", after: 1 });
      });
    },
  ],
  [
    "keeps no payload that is not its own",
    "takes in an update when the next one arrives",
    (versions) => {
      let waiting: FleetEvent | null = null;
      return tampered(versions, (handle) => (state, event, context) => {
        if (event.kind === "started") waiting = null;
        if (event.kind !== "update") return handle(state, event, context);
        if (waiting !== null) handle(state, waiting, context);
        waiting = event;
      });
    },
  ],
  [
    "never publishes what is not finite",
    "publishes NaN",
    rewriting((command) =>
      command.kind === "publish" ? [{ ...command, params: changed(command.params, () => Number.NaN) }] : [command],
    ),
  ],
  [
    "survives mishaps",
    "gives up at the first failure",
    (versions) =>
      tampered(versions, (handle) => (state, event, context) => {
        if (event.kind === "failed") context.issue({ kind: "finish", reason: "a client failed", gaveUp: true });
        else handle(state, event, context);
      }),
  ],
  [
    "survives mishaps",
    "counts an update twice",
    rewriting((command) =>
      command.kind === "publish"
        ? [{ ...command, contributions: [...command.contributions, ...command.contributions] }]
        : [command],
    ),
  ],
  [
    "keeps books that add up",
    "gives away more than one voice a version",
    rewriting((command) =>
      command.kind === "publish"
        ? [
            {
              ...command,
              contributions: command.contributions.map((entry) => ({ ...entry, factor: 2 * entry.factor })),
            },
          ]
        : [command],
    ),
  ],
  [
    "keeps books that add up",
    "forgets to say that updates were refused",
    rewriting((command) => (command.kind === "refuse" ? [] : [command])),
  ],
  [
    "converges on a quadratic",
    "goes somewhere else",
    rewriting((command) =>
      command.kind === "publish" ? [{ ...command, params: changed(command.params, (x) => x + 0.1) }] : [command],
    ),
  ],
  [
    "is indifferent to the order of simultaneous events",
    "counts events over the runs",
    rewriting((command) => {
      eventsSinceStart += 1;
      return command.kind === "publish"
        ? [{ ...command, params: changed(command.params, (x) => x + eventsSinceStart) }]
        : [command];
    }),
  ],
];

function check(law: Law, subject: Subject): void {
  const found = laws.find(([name]) => name === law);
  if (found === undefined) throw new Error(`there is no law "${law}"`);
  found[1](subject);
}

describe("a strategy that is sound", () => {
  const sound: Subject = { name: "sound", plan: (versions) => federated({ ...fullRounds, versions }) };

  test.each(laws.map(([law]) => [law]))("%s", (law) => {
    expect(() => {
      check(law, sound);
    }).not.toThrow();
  });
});

describe("a strategy is caught that", () => {
  test.each(offenders)("breaks the law: %s (%s)", (law, name, plan) => {
    expect(() => {
      check(law, { name, plan });
    }).toThrow();
  });

  test("minimises another loss than it says", () => {
    const plan = (versions: number): Plan => federated({ ...fullRounds, versions });
    expect(() => {
      check("converges on a quadratic", { name: "per example", plan, objective: "per client" });
    }).toThrow("to be less than 0.05");
  });

  test("waits for all when some never answer", () => {
    const plan = (versions: number): Plan =>
      federated({ ...fullRounds, pacing: pacing.rounds({ cohort: 12 }), versions });
    expect(() => {
      check("survives mishaps", { name: "waits for all", plan });
    }).toThrow();
  });
});

test("every law has an offender", () => {
  expect(laws.map(([law]) => law).filter((law) => !offenders.some(([broken]) => broken === law))).toEqual([]);
});
