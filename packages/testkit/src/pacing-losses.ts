/**
 * What every pacing is held to about clients of whom nothing comes: they are asked again, but not at the expense of others, and
 * the run is given up where nothing comes of anybody.
 *
 * @module
 */
import { type ClientId, clientId, type Command, type Plan, present } from "@potluck/core";
import { describe, expect, test } from "vitest";
import { answered, joined, type ManualRun } from "./manual-run.ts";
import { answerAll, CLIENTS, openTasks, publishedBy, runTimers, started, versionsOf } from "./pacing-runs.ts";

/** How often a client is asked in an instant in which it fails every time, at most. */
const TRIES = 10;

/** More failures than a run of {@link CLIENTS} clients takes where all of them fail. */
const FAILURES = 700;

/** Registers the laws about losses as tests; `plan` has 1,000 versions. */
export function lossLaws(name: string, plan: Plan): void {
  describe(name, () => {
    test("asks a client that fails at once a few times and no more, while others are at work", () => {
      const run = started(plan);
      const bad = someoneAtWork(run);
      const tries = failAtOnce(run, 0, bad);
      expect(tries).toBeGreaterThan(0);
      expect(tries).toBeLessThanOrEqual(TRIES);
      expect(openTasks(run).length).toBeGreaterThan(0);
    });

    test("goes on with the others where one client fails every time", () => {
      const run = started(plan);
      const bad = someoneAtWork(run);
      for (let second = 1; second <= FAILURES; second++) {
        failAtOnce(run, second, bad);
        runTimersOf(run.commands().slice(-CLIENTS), run, second);
        if (second % CLIENTS === 0) run.restore();
      }
      expect(ending(run)).toBeUndefined();
      const versions = versionsOf(run);
      for (let second = FAILURES + 1; second <= FAILURES + 60; second++) {
        failAtOnce(run, second, bad);
        answerOldest(run, second);
      }
      expect(versionsOf(run)).toBeGreaterThan(versions + 60 / CLIENTS / 2);
      expect(ending(run)).toBeUndefined();
    });

    test("goes on with the others where one client comes, fails and goes, again and again", () => {
      const run = started(plan);
      const bad = someoneAtWork(run);
      for (let second = 1; second <= FAILURES; second++) {
        run.send(second, { kind: "left", client: bad });
        run.send(second, joined(bad));
        runTimersOf(run.commands().slice(-CLIENTS), run, second);
      }
      expect(ending(run)).toBeUndefined();
      const versions = versionsOf(run);
      expect(versionsOf(answerAll(run, 40, FAILURES))).toBeGreaterThan(versions);
    });

    test("asks a client again that failed for a while, and counts it once it answers", () => {
      const run = started(plan);
      const bad = someoneAtWork(run);
      failAtOnce(run, 0, bad);
      const used = publishedBy(answerAll(run, 100)).flatMap(({ contributions }) => contributions);
      expect(used.filter(({ client }) => client === bad).length).toBeGreaterThan(0);
    });

    test("goes on where everybody failed for a while", () => {
      const run = started(plan);
      for (let failures = 0; failures < 15 * CLIENTS; failures++) failOldest(run, failures);
      expect(ending(run)).toBeUndefined();
      expect(versionsOf(answerAll(run, 40, 15 * CLIENTS))).toBeGreaterThan(0);
    });

    test("gives up where nothing ever comes of a task", () => {
      const run = started(plan);
      for (let failures = 0; ending(run) === undefined; failures++) {
        expect(failures).toBeLessThan(10_000);
        failOldest(run, failures);
      }
      expect(ending(run)).toMatchObject({ gaveUp: true });
    });

    test("gives up where everybody comes and goes and nobody answers", () => {
      const run = started(plan);
      for (let turns = 0; ending(run) === undefined; turns++) {
        expect(turns).toBeLessThan(10_000);
        const place = turns % CLIENTS;
        run.send(turns, { kind: "left", client: clientId(place) });
        run.send(turns, joined(place));
        runTimersOf(run.commands().slice(-CLIENTS), run, turns);
      }
      expect(ending(run)).toMatchObject({ gaveUp: true });
    });
  });
}

function someoneAtWork(run: ManualRun): ClientId {
  return run.task(present(openTasks(run)[0], "a task that is out")).client;
}

/** Lets a client fail until it has no task, and does not let it have more than {@link FAILURES}; how many it had. */
export function failAtOnce(run: ManualRun, now: number, client: ClientId): number {
  for (let tries = 0; tries < FAILURES; tries++) {
    const { task } = run.machine().fleet.client(client);
    if (task === null) return tries;
    run.send(now, { kind: "failed", client, task, reason: "scripted" });
  }
  return FAILURES;
}

/** Lets whoever has been at work longest fail; where nobody is, timers run off. */
function failOldest(run: ManualRun, now: number): void {
  const id = oldest(run);
  if (id === undefined) return runTimers(run, now);
  const { client, id: task } = run.task(id);
  run.send(now, { kind: "failed", client, task, reason: "scripted" });
}

/** Lets whoever has been at work longest answer; where nobody is, timers run off. */
function answerOldest(run: ManualRun, now: number): void {
  const id = oldest(run);
  if (id === undefined) runTimers(run, now);
  else run.send(now, answered(run.task(id), [1]));
}

function oldest(run: ManualRun): number | undefined {
  return [...openTasks(run)].sort((a, b) => a - b)[0];
}

function runTimersOf(commands: readonly Command[], run: ManualRun, now: number): void {
  for (const command of commands) {
    if (command.kind === "timer") run.send(now, { kind: "timer", name: command.name });
  }
}

function ending(run: ManualRun): Command | undefined {
  return run.commands().find(({ kind }) => kind === "finish");
}
