/**
 * The state machine behind `federated()`: it carries out what the pacing decides and leads every update its way.
 *
 * @module
 */
import { fold } from "../base/key.ts";
import { invariant, present } from "../base/invariant.ts";
import { codecFor } from "../codec/codec.ts";
import type { Decision, Moment, Scene } from "../pacing/pacing.ts";
import { initialSlots } from "../server-optimizer/server-optimizer.ts";
import { assignmentOf } from "./assignment.ts";
import type { FleetEvent } from "./events.ts";
import type { FederatedParts } from "./federated-parts.ts";
import { fleetWithout } from "./fleet.ts";
import { type Converting, conversionOf, convertedTo, deltaOf, MAX_CONVERTING } from "./conversions.ts";
import { type ClientId, type TaskId, taskId } from "./identity.ts";
import { type Downloads, follow, noDownloads, noteLost, noteReceived } from "./downloads.ts";
import { closeAll, closeTask, noOpenTasks, openTask, type OpenTasks } from "./open-tasks.ts";
import type { Context, Strategy } from "./strategy.ts";
import { defectOf, normDefect } from "./admission.ts";
import { type Memories, noMemories, perStepOf, renew } from "./memories.ts";
import type { Steps } from "./smoothness.ts";
import type { Work } from "./task.ts";
import {
  type Arrived,
  type Decoding,
  discardWindow,
  emptyWindow,
  keptBeyond,
  openWindow,
  release,
  type Surroundings,
  takeIn,
  updatesIn,
  type Window,
} from "./window.ts";

/** Everything a federated run remembers: plain data. */
interface FederationState {
  finished: boolean;
  version: number;
  params: Float32Array;
  tasksAssigned: number;
  readonly open: OpenTasks;
  readonly window: Window;
  /** What clients have of the model; null where it always goes down whole. */
  readonly downloads: Downloads | null;
  /** What is remembered of clients from their messages; null where nothing is. */
  readonly memories: Memories | null;
  /** Updates that the server is converting. */
  readonly converting: Map<TaskId, Converting>;
  readonly conversion: unknown;
  readonly pacing: unknown;
  readonly optimizer: Readonly<Record<string, Float64Array>>;
}

type Arrival = FleetEvent & { readonly kind: "update" };
type Converted = FleetEvent & { readonly kind: "converted" };

/** How a run ends: its plan carried out, or given up. */
interface Ending {
  readonly reason: string;
  readonly gaveUp: boolean;
}

/** What the steps below pass along: one event's worth. */
interface Scope {
  readonly parts: FederatedParts;
  readonly state: FederationState;
  readonly context: Context;
}

/** The strategy that `parts` make together. */
export function federation(parts: FederatedParts): Strategy<FederationState> {
  return {
    init: (params, kernels) => ({
      finished: false,
      version: 0,
      params,
      tasksAssigned: 0,
      open: noOpenTasks(),
      window: openWindow(parts, params.length, kernels),
      downloads: noDownloads(parts.download.changes, params),
      memories: noMemories(parts.feedback.memory, params.length, kernels),
      converting: new Map(),
      conversion: parts.conversion.init(),
      pacing: parts.pacing.init(),
      optimizer: initialSlots(parts.serverOptimizer, params.length),
    }),
    handle: (state, event, context) => {
      const scope: Scope = { parts, state, context };
      if (state.finished) refuseIfUpdate(scope, event, "the run is finished");
      else take(scope, event);
    },
  };
}

/** Does the bookkeeping of tasks, leads an update its way into the window, and lets the pacing react. */
function take(scope: Scope, event: FleetEvent): void {
  switch (event.kind) {
    case "transferred":
      return noteReceived(scope.state.downloads, scope.state.open, event);
    case "enrolled":
      return welcome(scope, event.client);
    case "started":
      return react(scope, { kind: "started" });
    case "timer":
      return react(scope, { kind: "timer", name: event.name });
    case "joined":
      welcome(scope, event.client);
      // First, for a lost task may be given to it anew at once.
      if (event.anew === true) noteLost(scope.state.downloads, event.client);
      loseTaskOf(scope, event.client);
      return react(scope, { kind: "joined", client: event.client });
    case "left":
      loseTaskOf(scope, event.client);
      return react(scope, { kind: "left", client: event.client });
    case "failed":
      if (scope.state.open.byClient.get(event.client) === event.task) loseTaskOf(scope, event.client);
      return;
    case "update":
      return arrive(scope, event);
    case "converted":
      return goOnWith(scope, event);
  }
}

function welcome({ parts, state }: Scope, client: ClientId): void {
  parts.participation.welcome?.(state.window.participation, { client, version: state.version });
}

/** A client that left, or came back without having said goodbye, has lost what it was working on. */
function loseTaskOf(scope: Scope, client: ClientId): void {
  if (closeTask(scope.state.open, client) !== null) react(scope, { kind: "lost", client });
}

/** arrive -> admit -> into the window, or first to be converted */
function arrive(scope: Scope, arrival: Arrival): void {
  const { parts, state, context } = scope;
  const { client, task: id, update } = arrival;
  if (state.open.byClient.get(client) !== id) {
    return refuseLate(scope, arrival, "the task is not open any more");
  }
  const { version, params: anchor } = present(closeTask(state.open, client), "the model of task", id);
  const { upload, limits } = parts;
  const asked = { upload, version, length: state.params.length, memories: state.memories, limits };
  const said = { client, task: id, version, anchor, update, perStep: null, isConverted: false, remainder: null };
  const defect = defectOf(arrival, asked, context) ?? normDefect(parts, said, decodingOf(context));
  if (defect !== null) {
    context.issue({ kind: "refuse", client, task: id, refusal: "invalid", ...defect });
    return react(scope, { kind: "lost", client });
  }
  const arrived = { ...said, perStep: perStepOf(said, parts, { memories: state.memories, ...decodingOf(context) }) };
  const delta = (): Float32Array => deltaOf(parts, arrived, context);
  parts.conversion.hear(state.conversion, { client, from: version, version: state.version, delta });
  const inversion = parts.conversion.inversion(state.version - version);
  if (inversion === null || state.converting.size >= MAX_CONVERTING) return collect(scope, arrived);
  const { params } = state;
  state.converting.set(id, { arrived: keptBeyond(arrived), version: state.version, params });
  context.issue(conversionOf(parts, arrived, inversion, { ...decodingOf(context), params }));
  react(scope, { kind: "converting", client, task: id });
}

/** The server is done with a conversion: what it gives goes into the window, unless nobody waits for it any more. */
function goOnWith(scope: Scope, { client, task, params }: Converted): void {
  const { parts, state, context } = scope;
  const converting = state.converting.get(task);
  if (converting?.arrived.client !== client) return;
  state.converting.delete(task);
  const around = decodingOf(context);
  collect(scope, convertedTo(params, converting, { parts, state: state.conversion, ...around }));
}

function collect(scope: Scope, arrived: Arrived): void {
  const { client, task } = arrived;
  takeIn(scope.parts, scope.state.window, arrived, surroundingsOf(scope));
  react(scope, { kind: "collected", client, task });
}

function surroundingsOf({ state, context }: Scope): Surroundings {
  const { version, params } = state;
  return { version, params, fleet: context.fleet, ...decodingOf(context) };
}

const decodingOf = ({ kernels, layout, key }: Context): Decoding => ({ kernels, layout, key });

function refuseIfUpdate(scope: Scope, event: FleetEvent, detail: string): void {
  if (event.kind === "update") refuseLate(scope, event, detail);
}

function refuseLate({ context }: Scope, { client, task }: Arrival, detail: string): void {
  context.issue({ kind: "refuse", client, task, refusal: "late", detail });
}

/** Lets the pacing react to a moment, and carries out what it decides, in order. */
function react(scope: Scope, moment: Moment): void {
  const { parts, state } = scope;
  if (state.finished) return;
  for (const decision of parts.pacing.react(state.pacing, moment, sceneOf(scope))) {
    if (!state.finished) carryOut(scope, decision);
  }
}

function sceneOf({ parts, state, context }: Scope): Scene {
  return {
    now: context.now,
    version: state.version,
    collected: updatesIn(state.window),
    open: state.open.byClient.size,
    converting: state.converting.size,
    work: parts.work,
    fleet: context.fleet,
  };
}

function carryOut(scope: Scope, decision: Decision): void {
  switch (decision.kind) {
    case "ask":
      return ask(scope, decision);
    case "assign":
      return assign(scope, decision.client, stepsIn(scope.parts.work, decision.steps));
    case "recall":
      return recallAll(scope);
    case "close":
      release(scope.parts, scope.state.window, decision.tasks ?? [], surroundingsOf(scope));
      return close(scope);
    case "abandon":
      abandon(scope, "its round ended without a quorum");
      return react(scope, { kind: "abandoned" });
    case "timer":
      return scope.context.issue(decision);
    case "give-up":
      return finish(scope, { reason: decision.reason, gaveUp: true });
  }
}

/** Gives the current model to `count` clients of the selection's choice. */
function ask(scope: Scope, { count, except }: Decision & { readonly kind: "ask" }): void {
  const { parts, state, context } = scope;
  const fleet = except === undefined ? context.fleet : fleetWithout(context.fleet, except);
  const key = fold(fold(context.key, "selection"), state.tasksAssigned);
  for (const client of parts.selection.choose(count, key, fleet)) assign(scope, client, parts.work);
}

/** So many steps in batches of the plan's size. */
function stepsIn({ batchSize }: Work, steps: number): Work {
  return { steps, batchSize };
}

function assign({ parts, state, context }: Scope, client: ClientId, work: Work): void {
  const id = taskId(state.tasksAssigned);
  state.tasksAssigned += 1;
  const params = state.downloads?.params ?? state.params;
  openTask(state.open, client, id, { version: state.version, params });
  const task = assignmentOf(parts, { id, client, work, params, key: context.key }, state);
  context.issue({ kind: "assign", task });
}

function recallAll({ state, context }: Scope): void {
  for (const [client, task] of state.open.byClient) context.issue({ kind: "recall", client, task });
  closeAll(state.open);
  for (const { arrived } of state.converting.values()) {
    const { client, task } = arrived;
    context.issue({ kind: "refuse", client, task, refusal: "late", detail: "it was still being converted" });
  }
  state.converting.clear();
}

/** (pacing closes the window) -> optimizer -> publish. A model that overflowed is not published: the run ends. */
function close(scope: Scope): void {
  const { parts, state, context } = scope;
  const { collected: contributions, aggregation } = state.window;
  invariant(contributions.length > 0, `a window to close from ${parts.pacing.part.name}`);
  const { delta, scale } = parts.aggregation.result(aggregation, context.fleet);
  const params = parts.serverOptimizer.step({ params: state.params, delta, slots: state.optimizer });
  if (!context.kernels.inspect(params).finite) return finish(scope, DIVERGED);
  state.params = params;
  state.version += 1;
  emptyWindow(parts, state.window);
  const { changes, drops } = parts.download;
  if (state.downloads !== null && changes !== null) {
    follow(state.downloads, changes, state, context);
    if (drops === true) state.params = state.downloads.params;
  }
  if (state.memories !== null) renew(state.memories, context.fleet.population, stepsUnder(scope));
  const lasting = parts.aggregation.lasting === true;
  context.issue({ kind: "publish", version: state.version, params: state.params, contributions, scale, lasting });
  if (state.version >= parts.versions) {
    finish(scope, { reason: `${parts.versions} versions were published`, gaveUp: false });
  } else react(scope, { kind: "published" });
}

const DIVERGED: Ending = {
  reason: "the model diverged: the next version would hold numbers that are not finite",
  gaveUp: true,
};

/** What the largest step from the latest version depends on. */
function stepsUnder({ parts, state: { version, params }, context: { layout } }: Scope): Steps {
  return { guarantee: codecFor(parts.upload, { version, layout }).guarantee, length: params.length };
}

/** Throws the window away, and what is being converted; `detail` says why in words. */
function abandon({ parts, state, context }: Scope, detail: string): void {
  const { window, converting } = state;
  const underway = [...converting.values()].map(({ arrived }) => arrived);
  for (const { client, task } of [...window.collected, ...window.held.values(), ...underway]) {
    context.issue({ kind: "refuse", client, task, refusal: "abandoned", detail });
  }
  converting.clear();
  discardWindow(parts, window);
}

function finish(scope: Scope, ending: Ending): void {
  abandon(scope, ending.reason);
  recallAll(scope);
  scope.state.finished = true;
  scope.context.issue({ kind: "finish", ...ending });
}
