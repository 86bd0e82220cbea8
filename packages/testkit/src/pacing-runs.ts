/**
 * Runs of a few clients that are driven by hand: what the laws of pacings are checked on.
 *
 * @module
 */
import { clientId, type Command, type FleetEvent, type Plan, rootKey, uniformStream } from "@potluck/core";
import { expect } from "vitest";
import { answered, conversionsOf, type ManualRun, manualRun } from "./manual-run.ts";

/** How many clients there are. */
export const CLIENTS = 6;

/** How often clients answer and come back in the laws about that. */
export const RETURNS = 100;

/** A run of the plan that has not started, with {@link CLIENTS} clients. */
export function runOf(plan: Plan): ManualRun {
  return manualRun(plan, Float32Array.of(0), new Array<number>(CLIENTS).fill(1));
}

/** The same, and it has started. */
export function started(plan: Plan): ManualRun {
  const run = runOf(plan);
  run.send(0, { kind: "started" });
  return run;
}

/** The tasks that clients are working on, as the machine's own book has it. */
export function openTasks(run: ManualRun): readonly number[] {
  const { fleet } = run.machine();
  return Array.from({ length: fleet.population }, (_, place) => fleet.client(clientId(place)).task).filter(
    (task) => task !== null,
  );
}

/** Lets so many answers arrive, one each second, oldest first; where nobody works, timers run off. */
export function answerAll(run: ManualRun, answers: number, from = 20): ManualRun {
  for (let second = 0; second < answers; second++) {
    const now = from + second;
    const [oldest] = [...openTasks(run)].sort((a, b) => a - b);
    if (oldest === undefined) runTimers(run, now);
    else run.send(now, answered(run.task(oldest), [1]));
  }
  runTimers(run, from + answers);
  return run;
}

/**
 * Lets tasks be answered in any order, and conversions, none of which finds anything, end in any order after that; what each
 * task was answered with, as the distance from where it started.
 */
export function answerInDisorder(run: ManualRun): ReadonlyMap<number, number> {
  const said = new Map<number, number>();
  const converted = new Set<number>();
  const draw = uniformStream(rootKey(7));
  for (let second = 1; second <= 3 * RETURNS; second++) {
    const open = openTasks(run);
    const converting = conversionsOf(run.commands()).filter(({ task }) => !converted.has(task));
    const place = Math.floor(draw() * (open.length + converting.length));
    const [working, waiting] = [open[place], converting[place - open.length]];
    if (working !== undefined) {
      const task = run.task(working);
      const step = draw();
      said.set(working, step);
      run.send(second, answered(task, [(task.params[0] ?? 0) + step]));
    } else if (waiting === undefined) runTimers(run, second);
    else {
      converted.add(waiting.task);
      run.send(second, { kind: "converted", client: waiting.client, task: waiting.task, params: null });
    }
    if (second % CLIENTS === 0) runTimers(run, second);
  }
  return said;
}

/** Lets every timer that was set run off. */
export function runTimers(run: ManualRun, now: number): void {
  for (const event of afterwards(run.commands())) run.send(now, event);
}

/** The events of every timer that these commands set. */
export function afterwards(commands: readonly Command[]): readonly FleetEvent[] {
  return commands.flatMap((command) => (command.kind === "timer" ? [{ kind: "timer", name: command.name }] : []));
}

/** The versions that a run has published, in order. */
export function publishedBy(run: ManualRun): readonly (Command & { readonly kind: "publish" })[] {
  return run.commands().filter((command) => command.kind === "publish");
}

/** How many those are. */
export function versionsOf(run: ManualRun): number {
  return publishedBy(run).length;
}

/** What an answer to a task is met with that came too late. */
export function refusal({ client, id }: { readonly client: number; readonly id: number }, why: "late"): unknown {
  return expect.objectContaining({ kind: "refuse", client, task: id, refusal: why });
}
