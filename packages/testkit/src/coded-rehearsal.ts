/**
 * A rehearsal of coded training: workers that share {@link ROWS} rows, the loss of row r being ½ ‖x − c_r‖², so that every
 * gradient is known exactly.
 *
 * @module
 */
import {
  clientId,
  type Command,
  type FleetEvent,
  fold,
  type GradientTask,
  type Key,
  type Machine,
  plainKernels,
  type Plan,
  restoreMachine,
  rootKey,
  startMachine,
  type Task,
  uniformStream,
} from "@potluck/core";

/** Rows that the workers share, and the length of the model. */
export const ROWS = 60;
export const LENGTH = 4;

/** No rehearsal handles more events than this. */
const MAX_CODED_EVENTS = 20_000;

/** How long a worker that leaves stays away. */
const ABSENCE_SECONDS = 10;

/** What becomes of a task of gradients: how long it takes, and how it ends. */
export interface CodedFate {
  readonly after: number;
  readonly end: "answer" | "fail" | "leave" | "vanish" | "corrupt" | "short" | "twice";
}

/** What happened. */
export interface CodedRehearsal {
  readonly published: readonly Float32Array[];
  readonly commands: readonly Command[];
  readonly seconds: number;
  readonly machine: Machine;
}

/** What is rehearsed. */
export interface CodedRehearsalOptions {
  readonly plan: Plan;
  readonly workers: number;
  readonly fateOf: (task: GradientTask) => CodedFate;
  /** Puts the machine into bytes and back after every event; false by default. */
  readonly restoring?: boolean;
}

/** Number `at` of the centre of a row. */
export function centreOf(row: number, at: number): number {
  return Math.fround(Math.sin(1 + 3.7 * row + 1.3 * at));
}

/** The models of plain descent on all rows, one step after another. */
export function plainDescent(rate: number, steps: number): readonly Float64Array[] {
  const mean = Float64Array.from({ length: LENGTH }, (_, at) => {
    let sum = 0;
    for (let row = 0; row < ROWS; row++) sum += centreOf(row, at);
    return sum / ROWS;
  });
  return Array.from({ length: steps }, (_, step) => mean.map((centre) => centre * (1 - (1 - rate) ** (step + 1))));
}

/** Every task is answered after a second. */
export function prompt(): CodedFate {
  return { after: 1, end: "answer" };
}

/** One task in five takes five seconds, the others take little more than one. */
export function withStragglers(key: Key): (task: GradientTask) => CodedFate {
  return ({ id }) => {
    const uniform = uniformStream(fold(key, id));
    return { after: uniform() < 0.2 ? 5 : 1 + 0.2 * uniform(), end: "answer" };
  };
}

/** The same, and whatever can go wrong does. */
export function withTrouble(key: Key): (task: GradientTask) => CodedFate {
  return ({ id }) => {
    const uniform = uniformStream(fold(key, id));
    const after = uniform() < 0.2 ? 5 : 1 + 0.2 * uniform();
    const end = (["fail", "leave", "corrupt", "short", "twice"] as const)[Math.floor(uniform() * 30)] ?? "answer";
    return { after, end };
  };
}

interface Scheduled {
  readonly at: number;
  readonly event: FleetEvent;
}

const profile = { examples: ROWS, tier: "worker" };

/** Runs the plan until it finishes or nothing is left to happen. */
export function rehearseCoded({ plan, workers, fateOf, restoring }: CodedRehearsalOptions): CodedRehearsal {
  const setup = { plan, params: new Float32Array(LENGTH), key: rootKey(7), kernels: plainKernels };
  let machine = startMachine(setup);
  let queue: readonly Scheduled[] = [
    ...Array.from({ length: workers }, (_, k) => ({ at: 0, event: joining(k) })),
    { at: 0, event: { kind: "started" } },
  ];
  const commands: Command[] = [];
  let now = 0;
  for (let handled = 0; handled < MAX_CODED_EVENTS && commands.at(-1)?.kind !== "finish"; handled++) {
    const [next, ...others] = queue.toSorted((a, b) => a.at - b.at);
    if (next === undefined) break;
    now = next.at;
    const issued = machine.handle(now, next.event);
    commands.push(...issued);
    queue = issued.reduce<readonly Scheduled[]>(
      (events, command) => schedule(events, command, { now, fateOf }),
      others,
    );
    if (restoring === true) machine = restoreMachine(setup, machine.snapshot());
  }
  const published = commands.flatMap((command) => (command.kind === "publish" ? [command.params] : []));
  return { published, commands, seconds: now, machine };
}

function joining(worker: number): FleetEvent {
  return { kind: "joined", client: clientId(worker), profile };
}

/** The queue after a command was carried out. An answer that was recalled may still come. */
function schedule(
  queue: readonly Scheduled[],
  command: Command,
  { now, fateOf }: Pick<CodedRehearsalOptions, "fateOf"> & { readonly now: number },
): readonly Scheduled[] {
  if (command.kind === "recall") {
    return queue.filter(({ event }) => !(event.kind === "failed" && event.task === command.task));
  }
  if (command.kind === "timer") {
    return [...queue, { at: now + command.after, event: { kind: "timer", name: command.name } }];
  }
  if (command.kind !== "assign" || !isOfGradients(command.task)) return queue;
  return [...queue, ...outcome(command.task, fateOf(command.task), now)];
}

function isOfGradients(task: Task): task is GradientTask {
  return "gradients" in task;
}

function outcome(task: GradientTask, { after, end }: CodedFate, now: number): readonly Scheduled[] {
  const { id, client } = task;
  const at = now + after;
  if (end === "fail") return [{ at, event: { kind: "failed", client, task: id, reason: "scripted" } }];
  if (end === "vanish") return [{ at, event: { kind: "left", client } }];
  if (end === "leave") {
    return [
      { at, event: { kind: "left", client } },
      { at: at + ABSENCE_SECONDS, event: joining(client) },
    ];
  }
  const answer = answerTo(task);
  if (end === "corrupt") answer[0] = Number.NaN;
  const payload = new Uint8Array((end === "short" ? answer.slice(1) : answer).buffer);
  const spent = { downloadSeconds: 0, computeSeconds: after, uploadSeconds: 0 };
  const update = { payload, examples: 1, steps: 1, trainLoss: 0, spent };
  const event: FleetEvent = { kind: "update", client, task: id, update };
  return end === "twice"
    ? [
        { at, event },
        { at: at + 0.1, event },
      ]
    : [{ at, event }];
}

/** The answer to a task, as a worker computes it: sums in float32. */
function answerTo({ gradients }: GradientTask): Float32Array {
  return Float32Array.from(
    gradients.flatMap(({ params, chunks }) =>
      Array.from(params, (x, at) => {
        let sum = 0;
        for (const { from, to, coefficient } of chunks) {
          for (let row = from; row < to; row++) sum += coefficient * (x - centreOf(row, at));
        }
        return Math.fround(sum);
      }),
    ),
  );
}
