/**
 * The state machine behind `coded()`: rounds of gradients over chunks, some of which may come late.
 *
 * A round ends when everybody has answered, or when its time is up, (1 + μ) times that of its first answer, and the scheme bears
 * who is late. Else it goes on until it may end, and answers that nobody is computing any more are asked of whoever is free:
 * no gradient is put together from less than it takes, whatever stragglers do. Who is late when a round ends is recalled.
 *
 * @module
 */
import { fold } from "../base/key.ts";
import { invariant, present } from "../base/invariant.ts";
import { floatsIn } from "../params/floats-in.ts";
import type { Contribution, FleetEvent } from "../plan/events.ts";
import { type ClientId, clientId, taskId } from "../plan/identity.ts";
import type { Strategy } from "../plan/strategy.ts";
import type { GradientRequest } from "../plan/task.ts";
import { identity } from "../codec/index.ts";
import { arrivalsIn, mayEnd, noteAnswer } from "./arrivals.ts";
import type { CodedParts } from "./coded-parts.ts";
import { decodeGroup, type JobState, newJob, takeAnswer } from "./job.ts";
import { type Arrivals, type CodingScheme, type Item, missingIn, roundsFor } from "./scheme.ts";
import { dealOut, forgetFailures, nameOf, noteFailures, timesFailed } from "./stand-in.ts";
import {
  begin,
  chunksOf,
  type CodedState,
  initialState,
  type OutTask,
  placementOf,
  type Scope,
} from "./coded-state.ts";

type Arrival = FleetEvent & { readonly kind: "update" };

const upload = identity();

/** The strategy that `parts` make together. */
export function codedRun(parts: CodedParts): Strategy<CodedState> {
  const schemes = new Map<number, CodingScheme>();
  const schemeFor = (workers: number): CodingScheme => {
    const known = schemes.get(workers) ?? parts.coding.schemeFor(workers);
    schemes.set(workers, known);
    return known;
  };
  return {
    init: (params) => initialState(parts, params),
    handle: (state, event, context) => {
      if (event.kind === "started") begin(state, context);
      if (state.workers === 0) return;
      const arrivals = arrivalsIn(state.answers, parts.jobs);
      const scope: Scope = { parts, state, context, scheme: schemeFor(state.workers), arrivals };
      if (state.finished) refuseIfUpdate(scope, event, "the run is finished");
      else take(scope, event);
    },
  };
}

function take(scope: Scope, event: FleetEvent): void {
  switch (event.kind) {
    case "enrolled":
    case "transferred":
    case "converted":
      return;
    case "started":
      return nextRound(scope);
    case "joined":
      scope.state.out.delete(event.client);
      return comeBack(scope, event.client);
    case "left":
      return lose(scope, event.client);
    case "failed": {
      const out = scope.state.out.get(event.client);
      if (out?.id !== event.task) return;
      scope.state.out.delete(event.client);
      return fail(scope, event.client, { ...out, reason: event.reason });
    }
    case "timer":
      if (event.name !== timerOf(scope.state)) return;
      scope.state.isUp = true;
      return settle(scope);
    case "update":
      return arrive(scope, event);
  }
}

function timerOf({ round }: CodedState): string {
  return `round ${round}`;
}

/** A client that is there again does what it has still to do in the round, or stands in for others. */
function comeBack(scope: Scope, client: ClientId): void {
  const { state } = scope;
  const items = state.late[client] === 1 ? (state.items[client] ?? []) : [];
  if (items.length > 0) assign(scope, client, { items, isOwn: true });
  else settle(scope);
}

function lose(scope: Scope, client: ClientId): void {
  if (scope.state.out.delete(client)) settle(scope);
}

/** A client has not answered to a task as it should: others do, unless it has failed too often. */
function fail(scope: Scope, client: ClientId, { items, reason }: OutTask & { readonly reason: string }): void {
  const { state, arrivals, context } = scope;
  const missing = items.filter((item) => !arrivals.has(item));
  const there = [...context.fleet.availableClients(), ...state.out.keys()];
  const isAnswered = (job: number): boolean => state.answers.get(job)?.some((group) => group.includes(1)) ?? false;
  const hopeless = noteFailures(state.failures, { client, items: missing, there, isAnswered });
  if (hopeless === undefined) return settle(scope);
  recallAll(scope);
  const { job, model } = present(state.jobs.get(hopeless.job), "job", hopeless.job);
  const times = timesFailed(state.failures, hopeless);
  const what = `an answer to gradient ${job}, of model ${model}, has failed ${times} times, at last because: ${reason}`;
  const remedy = "where answers are not finite, lower the learning rate; else look at why tasks fail";
  finish(scope, { reason: `${what}; ${remedy}`, gaveUp: true });
}

function arrive(scope: Scope, arrival: Arrival): void {
  const { state, context } = scope;
  const { client, task, update } = arrival;
  const out = state.out.get(client);
  if (out?.id !== task) return refuseIfUpdate(scope, arrival, "the task is not open any more");
  state.out.delete(client);
  const length = present(state.models[0], "a first model").params.length;
  const rule = update.examples >= 1 ? "payload" : "examples";
  const payloadDefect = (): string | null => upload.defect(update.payload, length * out.items.length, context.kernels);
  const defect = rule === "payload" ? payloadDefect() : `the update claims ${update.examples} examples`;
  if (defect !== null) {
    context.issue({ kind: "refuse", client, task, refusal: "invalid", rule, detail: defect });
    return fail(scope, client, { ...out, reason: defect });
  }
  if (!takeAnswers(scope, arrival, out)) {
    context.issue({ kind: "refuse", client, task, refusal: "late", detail: "others have answered the same before" });
  }
  if (!state.hasAnswer) {
    state.hasAnswer = true;
    const after = scope.parts.patience * (context.now - state.roundBegan);
    context.issue({ kind: "timer", name: timerOf(state), after });
  }
  settle(scope);
}

/** Folds up the vectors of an answer; whether any of them was of use. */
function takeAnswers(scope: Scope, { client, task, update }: Arrival, { items }: OutTask): boolean {
  const { state, scheme, arrivals, context } = scope;
  const vectors = floatsIn(update.payload);
  const length = vectors.length / items.length;
  const folding = { placement: placementOf(scope), kernels: context.kernels };
  let isOfUse = false;
  for (const [at, item] of items.entries()) {
    const job = state.jobs.get(item.job);
    if (job === undefined || arrivals.has(item)) continue;
    noteAnswer(state.answers, scheme, item);
    // Whoever answered: nothing more of this worker is waited for.
    if ((state.items[item.place] ?? []).every(arrivals.has)) state.late[item.place] = 0;
    const vector = vectors.subarray(at * length, (at + 1) * length);
    if (!takeAnswer(job, item, vector, folding)) continue;
    isOfUse = true;
    job.heard.push(contributionOf(scope, job, item, { client, task }));
  }
  return isOfUse;
}

function contributionOf(
  scope: Scope,
  job: JobState,
  item: Item,
  by: Pick<Contribution, "client" | "task">,
): JobState["heard"][number] {
  const factor = chunksOf(scope, item).reduce((sum, { from, to }) => sum + to - from, 0);
  return { ...by, factor, steps: 1 };
}

/** Ends the round if it may end; asks for what nobody is computing if it has to go on. */
function settle(scope: Scope): void {
  const { parts, state, scheme, arrivals } = scope;
  standInForAbsent(scope);
  const everybody = state.late.every((late) => late === 0);
  const nobodyIsOut = state.out.size === 0;
  if (!(everybody || state.isUp || nobodyIsOut)) return;
  // Nobody waits for who has gone or failed: what it has not done others do when it is due.
  const late = state.late.map((own, place) => (isAtItsOwn(scope, place) ? own : 0));
  if (mayEnd(scheme, { round: state.round, late }, state.pattern, arrivals)) return endRound(scope, late);
  const due = scheme.due(state.round, parts.jobs);
  const missing = missingIn(scheme, due, arrivals);
  // Nobody is left to wait for: whoever is late has failed.
  if (nobodyIsOut && missing.length === 0) return endRound(scope, late);
  standIn(scope, missing.length > 0 ? missing : heldUpBy(scope, late));
}

/** Whether a worker is at what the scheme asks of it. */
const isAtItsOwn = ({ state }: Scope, place: number): boolean => state.out.get(clientId(place))?.isOwn === true;

/** Asks those who are free for answers that are due and would be missing even if everybody answered to what they are at. */
function standInForAbsent(scope: Scope): void {
  const { parts, state, scheme, arrivals } = scope;
  if (state.late.every((late, place) => late === 0 || isAtItsOwn(scope, place))) return;
  const hoped: Arrivals = { ...arrivals, has: (item) => arrivals.has(item) || isAtItsOwn(scope, item.place) };
  standIn(scope, missingIn(scheme, scheme.due(state.round, parts.jobs), hoped));
}

/** What those who are late were asked for, where the round waits for them alone, so that later rounds need not make up for it. */
function heldUpBy({ state, arrivals }: Scope, late: Uint8Array): readonly Item[] {
  return state.items.flatMap((own, place) => (late[place] === 1 ? own.filter((item) => !arrivals.has(item)) : []));
}

/** Asks those who are free for answers: those that nobody is computing, or, with backups, all of them once more. */
function standIn(scope: Scope, missing: readonly Item[]): void {
  const { parts, state, context } = scope;
  const underWay = new Set(
    [...state.out.values()].filter(({ isOwn }) => !isOwn || !parts.backups).flatMap(({ items }) => items.map(nameOf)),
  );
  const wanted = missing.filter((item) => !underWay.has(nameOf(item)));
  const crew = { free: context.fleet.availableClients(), busy: state.out.keys() };
  for (const { client, item } of dealOut(wanted, crew, state.failures)) {
    assign(scope, client, { items: [item], isOwn: false });
  }
}

function recallAll({ state, context }: Scope): void {
  for (const [client, { id }] of state.out) context.issue({ kind: "recall", client, task: id });
  state.out.clear();
}

function endRound(scope: Scope, late: Uint8Array): void {
  const { parts, state, scheme, arrivals, context } = scope;
  const { kernels } = context;
  recallAll(scope);
  const { round } = state;
  state.pattern = [...state.pattern, late].slice(-scheme.window);
  const placement = placementOf(scope);
  for (const due of scheme.due(round, parts.jobs)) {
    decodeGroup(present(state.jobs.get(due.job), "job", due.job), due, { placement, arrivals, kernels });
  }
  const done = state.jobs.get(round - scheme.delay);
  if (done !== undefined) publish(scope, done);
  if (!state.finished) nextRound(scope);
}

function publish(scope: Scope, { job, model: number, version, sum, rows, heard }: JobState): void {
  const { parts, state, context } = scope;
  const model = present(state.models[number], "model", number);
  const optimizer = present(parts.models[number], "the optimizer of model", number);
  if (rows === 0) {
    const reason = `gradient ${job} is of no examples: take larger batches, or fewer workers`;
    return finish(scope, { reason, gaveUp: true });
  }
  const delta = new Float64Array(sum.length);
  for (let at = 0; at < sum.length; at++) delta[at] = -(sum[at] as number) / rows;
  const params = optimizer.step({ params: model.params, delta, slots: model.slots });
  if (!context.kernels.inspect(params).finite) {
    return finish(scope, { reason: `model ${number} diverged: its parameters would not be finite`, gaveUp: true });
  }
  // How many versions of the model there have been since the parameters at which its gradient was taken.
  const staleness = model.version - version;
  model.params = params;
  model.version += 1;
  state.jobs.delete(job);
  state.answers.delete(job);
  forgetFailures(state.failures, job);
  const scale = 1 / heard.reduce((total, { factor }) => total + factor, 0);
  const contributions = heard.map((one): Contribution => ({ ...one, staleness }));
  context.issue({ kind: "publish", version: job, model: number, params, contributions, scale, lasting: false });
  if (job === parts.jobs) finish(scope, { reason: `${parts.jobs} gradients were put together`, gaveUp: false });
}

/** The end of the run: nothing is out. */
function finish({ state, context }: Scope, ending: { readonly reason: string; readonly gaveUp: boolean }): void {
  state.finished = true;
  context.issue({ kind: "finish", ...ending });
}

/** Begins the next round. Where nobody has anything to do, or who has is gone, it ends at once, or others compute what is missing. */
function nextRound(scope: Scope): void {
  const { parts, state, scheme, arrivals, context } = scope;
  state.round += 1;
  invariant(state.round <= roundsFor(scheme, parts.jobs), `no more rounds than ${roundsFor(scheme, parts.jobs)}`);
  if (state.round <= parts.jobs) state.jobs.set(state.round, jobOf(scope, state.round));
  state.items = scheme.assign(state.round, arrivals);
  state.late = Uint8Array.from(state.items, (own) => (own.length === 0 ? 0 : 1));
  state.roundBegan = context.now;
  state.hasAnswer = false;
  state.isUp = false;
  for (const [place, items] of state.items.entries()) {
    const client = clientId(place);
    if (items.length > 0 && context.fleet.isAvailable(client)) assign(scope, client, { items, isOwn: true });
  }
  if (state.out.size === 0) settle(scope);
  else standInForAbsent(scope);
}

function jobOf({ parts, state, scheme, context }: Scope, job: number): JobState {
  const model = (job - 1) % parts.models.length;
  const { params, version } = present(state.models[model], "model", model);
  return newJob({ job, model, params, version }, scheme, context.kernels);
}

function assign(scope: Scope, client: ClientId, { items, isOwn }: Omit<OutTask, "id">): void {
  const { state, context } = scope;
  const id = taskId(state.tasksAssigned);
  state.tasksAssigned += 1;
  state.out.set(client, { id, items, isOwn });
  const newest = Math.max(...items.map(({ job }) => job));
  const { params } = present(state.jobs.get(newest), "job", newest);
  const gradients = items.map((item): GradientRequest => {
    const job = present(state.jobs.get(item.job), "job", item.job);
    return { ...item, params: job.params, chunks: chunksOf(scope, item) };
  });
  const key = fold(fold(context.key, "task"), id);
  context.issue({
    kind: "assign",
    task: { id, client, version: newest - 1, params, round: state.round, gradients, upload: upload.part, key },
  });
}

function refuseIfUpdate({ context }: Scope, event: FleetEvent, detail: string): void {
  if (event.kind !== "update") return;
  context.issue({ kind: "refuse", client: event.client, task: event.task, refusal: "late", detail });
}
