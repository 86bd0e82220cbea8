/**
 * What every strategy is held to. A method's test calls {@link strategyConformance} with a plan that uses it; a law
 * may be declined only by name and with a reason.
 *
 * @module
 */
import {
  accountsOf,
  type ClientAccount,
  type FederatedOptions,
  fold,
  pacing,
  pendingTasks,
  type Plan,
  rootKey,
  solver,
} from "@potluck/core";
import { describe, expect, test } from "vitest";
import { meanOptimum, pooledOptimum, quadraticClients } from "./quadratic.ts";
import { type Fate, fates, type Rehearsal, rehearse, type RehearsalOptions } from "./rehearsal.ts";

/** A law that a method does not keep, and why. */
export interface Declined {
  readonly law: Law;
  readonly reason: string;
}

/** The laws. */
export type Law =
  | "is pure"
  | "is restorable"
  | "keeps no payload that is not its own"
  | "is indifferent to the order of simultaneous events"
  | "never publishes what is not finite"
  | "survives mishaps"
  | "keeps books that add up"
  | "converges on a quadratic";

/** What is put to the test. */
export interface Subject {
  readonly name: string;
  /**
   * A plan for 12 clients that publishes at least `versions` models, also if a third of the answers are broken; made
   * anew for each law.
   */
  readonly plan: (versions: number) => Plan;
  readonly declined?: readonly Declined[];
  /** What it minimises: the mean loss over examples (the default) or over clients. */
  readonly objective?: "per example" | "per client";
  /** Whether the weights in a version sum to one, as those of a mean do (the default), or to anything. */
  readonly weights?: "of a mean" | "absolute";
  /** How near to the optimum 200 versions must come, in the Euclidean norm; 0.05 by default. */
  readonly tolerance?: number;
}

/** The parts of a plan in which all clients of the suite train in every round: what has no noise of its own. */
export const fullRounds: Pick<FederatedOptions, "pacing" | "solver" | "work"> = {
  pacing: pacing.rounds({ cohort: 12, quorum: 0.3 }),
  solver: solver.sgd({ learningRate: 0.1 }),
  work: { steps: 5, batchSize: 1 },
};

const CLIENTS = quadraticClients(rootKey(7), 12, 5);
const FATES: readonly Fate[] = fates.flatMap((fate) => ["answer", fate]);

/** Registers the laws as tests. */
export function strategyConformance(subject: Subject): void {
  describe(`${subject.name} as a strategy`, () => {
    for (const [law, check] of laws) {
      const declined = subject.declined?.find((entry) => entry.law === law);
      if (declined === undefined) test(law, () => check(subject));
    }
  });
}

/** Every law with its check, which throws where the subject breaks it. */
export const laws: readonly (readonly [Law, (subject: Subject) => void])[] = [
  ["is pure", isPure],
  ["is restorable", isRestorable],
  ["keeps no payload that is not its own", keepsNoPayload],
  ["is indifferent to the order of simultaneous events", isIndifferentToOrder],
  ["never publishes what is not finite", publishesFiniteOnly],
  ["survives mishaps", survivesMishaps],
  ["keeps books that add up", keepsBooks],
  ["converges on a quadratic", converges],
];

function run(subject: Subject, versions: number, changes: Partial<RehearsalOptions> = {}): Rehearsal {
  return rehearse({ plan: subject.plan(versions), clients: CLIENTS, params: new Float32Array(5), ...changes });
}

/** Two runs, and two runs of the very same plan object, agree to the last bit. */
function isPure(subject: Subject): void {
  const plan = subject.plan(10);
  const first = run(subject, 10, { plan });
  expect(first.published.length).toBeGreaterThan(0);
  expect(run(subject, 10, { plan }).published).toEqual(first.published);
  expect(run(subject, 10).machine.snapshot()).toEqual(first.machine.snapshot());
}

/** A machine that goes through bytes after every event does the same, mishaps included. */
function isRestorable(subject: Subject): void {
  const fate = mishaps(0);
  const straight = run(subject, 10, { fate });
  const restored = run(subject, 10, { fate, restoring: true });
  expect(restored.commands).toEqual(straight.commands);
  expect(restored.machine.snapshot()).toEqual(straight.machine.snapshot());
}

/** What lies where a payload was, once its event is handled, makes no difference. */
function keepsNoPayload(subject: Subject): void {
  const fate = mishaps(0);
  const straight = run(subject, 10, { fate });
  const overwritten = run(subject, 10, { fate, overwriting: true });
  expect(overwritten.commands).toEqual(straight.commands);
  expect(overwritten.machine.snapshot()).toEqual(straight.machine.snapshot());
}

function isIndifferentToOrder(subject: Subject): void {
  const straight = run(subject, 10);
  for (let seed = 0; seed < 5; seed++) {
    expect(run(subject, 10, { scheduling: fold(rootKey(11), seed) }).published).toEqual(straight.published);
  }
}

function publishesFiniteOnly(subject: Subject): void {
  const { published } = run(subject, 20, { fate: (task) => (task.id % 3 === 0 ? "answer with NaN" : "answer") });
  expect(published.length).toBeGreaterThan(0);
  for (const params of published) expect(params.every((x) => Number.isFinite(x))).toBe(true);
}

/** Failures, departures, double and broken answers: the plan goes on, and counts nobody twice. */
function survivesMishaps(subject: Subject): void {
  for (let shift = 0; shift < FATES.length; shift++) {
    const { published, commands, finished } = run(subject, 10, { fate: mishaps(shift) });
    expect(published.length).toBe(10);
    expect(finished).not.toBeNull();
    const used = commands.flatMap((command) => (command.kind === "publish" ? command.contributions : []));
    expect(new Set(used.map(({ task }) => task)).size).toBe(used.length);
  }
}

/**
 * Each task ends in one way, before the run does; each version has one voice to give, unless weights are absolute; and no
 * client works longer than it is there.
 */
function keepsBooks(subject: Subject): void {
  for (let shift = 0; shift < FATES.length; shift += 3) {
    const { machine, seconds, finished } = run(subject, 10, { fate: mishaps(shift) });
    const { refused, recalled, failed, versions } = machine.ledger;
    const pending = pendingTasks(machine.ledger);
    const clients = accountsOf(machine.ledger);
    const sum = (of: (account: ClientAccount) => number): number =>
      clients.reduce((total, client) => total + of(client), 0);
    const ended = recalled + failed + refused.abandoned + refused.invalid + sum(({ timesUsed }) => timesUsed);
    expect(ended + pending).toBe(sum(({ timesAsked }) => timesAsked));
    if (finished !== null) expect(pending).toBe(0);
    if (subject.weights !== "absolute") expect(sum(({ contribution }) => contribution)).toBeCloseTo(versions, 9);
    for (const { onlineSeconds, onlineSince, usedSeconds, wastedSeconds } of clients) {
      const online = onlineSeconds + (onlineSince === null ? 0 : seconds - onlineSince);
      expect(usedSeconds + wastedSeconds).toBeLessThanOrEqual(online + 1e-9);
    }
  }
}

function mishaps(shift: number): (task: { readonly id: number }) => Fate {
  return ({ id }) => FATES[(id + shift) % FATES.length] ?? "answer";
}

function converges(subject: Subject): void {
  const { published } = run(subject, 200);
  const optimum = subject.objective === "per client" ? meanOptimum(CLIENTS) : pooledOptimum(CLIENTS);
  const last = published.at(-1) ?? new Float32Array(5);
  const distance = Math.hypot(...Array.from(optimum, (x, i) => x - (last[i] ?? 0)));
  expect(distance).toBeLessThan(subject.tolerance ?? 0.05);
}
