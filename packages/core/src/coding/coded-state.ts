/**
 * What a coded run remembers, and where its data lies.
 *
 * @module
 */
import { present } from "../base/invariant.ts";
import type { Seconds } from "../base/units.ts";
import { initialSlots } from "../server-optimizer/server-optimizer.ts";
import { type ClientId, clientId, type TaskId } from "../plan/identity.ts";
import type { Context } from "../plan/strategy.ts";
import type { GradientChunk } from "../plan/task.ts";
import type { AnswerBook } from "./arrivals.ts";
import { blockAt } from "./gradient-code.ts";
import type { CodedParts } from "./coded-parts.ts";
import type { JobState } from "./job.ts";
import { type Placement, rowsOf } from "./placement.ts";
import type { Arrivals, CodingScheme, Item } from "./scheme.ts";
import type { FailureBook } from "./stand-in.ts";
import type { Pattern } from "./stragglers.ts";

/** A task that is out. */
export interface OutTask {
  readonly id: TaskId;
  readonly items: readonly Item[];
  /** Whether it is what the scheme asks of this worker in the round; else it stands in for others. */
  readonly isOwn: boolean;
}

/** A model that is trained. */
interface ModelState {
  params: Float32Array;
  version: number;
  readonly slots: Readonly<Record<string, Float64Array>>;
}

/** Everything a coded run remembers: plain data. */
export interface CodedState {
  finished: boolean;
  /** 0 before the first. */
  round: number;
  roundBegan: Seconds;
  /** Whether anybody has answered in the round, and whether its time is up. */
  hasAnswer: boolean;
  isUp: boolean;
  workers: number;
  examples: number;
  tasksAssigned: number;
  readonly models: ModelState[];
  readonly jobs: Map<number, JobState>;
  readonly answers: AnswerBook;
  /** Who was late in the last rounds. */
  pattern: Pattern;
  /** What the scheme asks in the round, by worker, and 1 for each worker that has not answered to it. */
  items: readonly (readonly Item[])[];
  late: Uint8Array;
  readonly out: Map<ClientId, OutTask>;
  readonly failures: FailureBook;
}

/** One event's worth. */
export interface Scope {
  readonly parts: CodedParts;
  readonly state: CodedState;
  readonly context: Context;
  readonly scheme: CodingScheme;
  readonly arrivals: Arrivals;
}

/** The state before the first round. */
export function initialState({ models }: CodedParts, params: Float32Array): CodedState {
  return {
    finished: false,
    round: 0,
    roundBegan: 0,
    hasAnswer: false,
    isUp: false,
    workers: 0,
    examples: 0,
    tasksAssigned: 0,
    models: models.map((optimizer) => ({
      params,
      version: 0,
      slots: initialSlots(optimizer, params.length),
    })),
    jobs: new Map(),
    answers: new Map(),
    pattern: [],
    items: [],
    late: new Uint8Array(0),
    out: new Map(),
    failures: new Map(),
  };
}

/** Whoever is known when the run starts is a worker; who comes later stands in for others. */
export function begin(state: CodedState, { fleet }: Context): void {
  state.workers = fleet.population;
  state.examples = fleet.client(clientId(0)).profile.examples;
}

/** How the examples are shared out to jobs. */
export function placementOf({ parts, state, scheme }: Scope): Placement {
  const { examples } = state;
  const batchSize = Math.min(parts.batchSize ?? examples, examples);
  return { scheme, models: parts.models.length, examples, batchSize };
}

/** The rows that an answer is a sum over, with what each is multiplied with. */
export function chunksOf(scope: Scope, item: Item): readonly GradientChunk[] {
  const { code } = present(scope.scheme.groups[item.group], "group", item.group);
  const { block } = blockAt(code, item.place);
  const placement = placementOf(scope);
  return (block.terms[item.place - block.first] ?? []).flatMap(({ chunk, coefficient }) =>
    rowsOf(placement, item, block.first + chunk).map((range) => ({ ...range, coefficient })),
  );
}
