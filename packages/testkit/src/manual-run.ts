/**
 * A run that is driven by hand, event by event: for tests of what a plan does about one thing that happens.
 *
 * @module
 */
import {
  catalogue,
  clientId,
  type Command,
  type ConvertCommand,
  type Direction,
  type FleetEvent,
  isTraining,
  type Machine,
  makePart,
  plainKernels,
  type Plan,
  present,
  restoreMachine,
  rootKey,
  type Seconds,
  startMachine,
  type Task,
  type TrainingTask,
  type Update,
  uploadKey,
  withSecret,
} from "@potluck/core";

/** A run that is driven by hand. */
export interface ManualRun {
  /** The machine as it is now. */
  readonly machine: () => Machine;
  /** Hands an event to the machine and returns what it asks for. */
  readonly send: (now: Seconds, event: FleetEvent) => readonly Command[];
  /** Everything that was asked for so far. */
  readonly commands: () => readonly Command[];
  /** The task numbered `id`. Throws InvariantViolation if it was not assigned yet. */
  readonly task: (id: number) => TrainingTask;
  /** Puts the machine into bytes and back. */
  readonly restore: () => void;
}

/** A plan with its first model and one client for each number of examples; they have joined, nothing has started. */
export function manualRun(plan: Plan, params: Float32Array, examples: readonly number[]): ManualRun {
  const setup = { plan, params, key: rootKey(0), kernels: plainKernels };
  let machine = startMachine(setup);
  const commands: Command[] = [];
  const send = (now: Seconds, event: FleetEvent): readonly Command[] => {
    const issued = machine.handle(now, event);
    commands.push(...issued);
    return issued;
  };
  examples.forEach((count, place) => send(0, joined(place, count)));
  return {
    machine: () => machine,
    send,
    commands: () => commands,
    task: (id) => present(tasksOf(commands)[id], `task ${id}`),
    restore: () => {
      machine = restoreMachine(setup, machine.snapshot());
    },
  };
}

/** The event that client `place` joins with so many examples. */
export function joined(place: number, examples = 1): FleetEvent {
  return { kind: "joined", client: clientId(place), profile: { examples, tier: "manual" } };
}

/** The event that `bytes` bytes of a task went over its client's link: all of them, or until it was `cut`. */
export function transferred(
  { client, id }: Task,
  direction: Direction,
  bytes: number,
  { cut = false }: { readonly cut?: boolean } = {},
): FleetEvent {
  return { kind: "transferred", client, task: id, direction, bytes, complete: !cut };
}

/** The event that an update arrives. */
export type Answer = FleetEvent & { readonly kind: "update" };

/** The event that `task` is answered with the parameters `trained`, `changes` being made to the update. */
export function answered(task: Task, trained: ArrayLike<number>, changes: Partial<Update> = {}): Answer {
  const key = uploadKey(task.key);
  const codec = withSecret(makePart("codec", catalogue.codec, task.upload), key);
  const update = {
    payload: codec.encode(Float32Array.from(trained), task.params, key),
    examples: 1,
    steps: 1,
    trainLoss: 0,
    spent: { downloadSeconds: 0, computeSeconds: 0, uploadSeconds: 0 },
    ...changes,
  };
  return { kind: "update", client: task.client, task: task.id, update };
}

/** The tasks of training that commands assign, in order. */
export function tasksOf(commands: readonly Command[]): readonly TrainingTask[] {
  return commands
    .flatMap((command) => (command.kind === "assign" ? [command.task] : []))
    .filter((task) => isTraining(task));
}

/** The conversions that commands ask for, in order. */
export function conversionsOf(commands: readonly Command[]): readonly ConvertCommand[] {
  return commands.filter((command) => command.kind === "convert");
}
