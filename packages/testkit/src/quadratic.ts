/**
 * Clients whose loss is a quadratic, so that everything has an exact answer:
 *
 *     f_k(x) = ½ ‖x − c_k‖²,   ∇f_k(x) = x − c_k,   argmin Σ p_k f_k = Σ p_k c_k   (Σ p_k = 1)
 *
 * @module
 */
import {
  catalogue,
  chosenWork,
  codecFor,
  type ConvertCommand,
  fold,
  invariant,
  isTraining,
  type Kept,
  type Key,
  makePart,
  normals,
  plainKernels,
  stepsOf,
  type Task,
  type Update,
  uploadKey,
  withSecret,
} from "@potluck/core";
import { driftingDescent } from "./local-descent.ts";

/** A client with a quadratic loss. */
export interface QuadraticClient {
  readonly centre: Float32Array;
  readonly examples: number;
  /** How long a task takes it. */
  readonly taskSeconds: number;
}

/** `count` clients with standard normal centres of `dimension` numbers, 1 … count examples, and given durations. */
export function quadraticClients(key: Key, count: number, dimension: number): readonly QuadraticClient[] {
  return Array.from({ length: count }, (_, k) => ({
    centre: Float32Array.from(normals(fold(key, k), dimension)),
    examples: 1 + k,
    taskSeconds: 1 + (k % 3),
  }));
}

/** The minimum of the clients' losses weighted by examples. */
export function pooledOptimum(clients: readonly QuadraticClient[]): Float64Array {
  const examples = clients.reduce((sum, client) => sum + client.examples, 0);
  const dimension = clients[0]?.centre.length ?? 0;
  return Float64Array.from({ length: dimension }, (_, i) =>
    clients.reduce((sum, { centre, examples: n }) => sum + (n / examples) * (centre[i] ?? 0), 0),
  );
}

/** The minimum of the clients' losses, all of them counting the same. */
export function meanOptimum(clients: readonly QuadraticClient[]): Float64Array {
  return pooledOptimum(clients.map((client) => ({ ...client, examples: 1 })));
}

/** What `client`, which kept `kept`, answers to `task`: the task's solver run with exact gradients of its quadratic; and what it keeps then. */
export function answer(
  client: QuadraticClient,
  task: Task,
  kept: Kept | null = null,
): { readonly update: Update; readonly kept: Kept | null } {
  invariant(isTraining(task), "a task of training");
  const { params: anchor, version, mean, steepness = 1, key: taskKey } = task;
  const feedback = makePart("feedback", catalogue.feedback, task.feedback);
  const drift = feedback.drift?.({ kept, mean }) ?? null;
  const solver = makePart("solver", catalogue.solver, task.solver);
  const steps = stepsOf(chosenWork(task), client.examples);
  const gradient = (params: Float32Array): Float32Array => params.map((x, i) => x - (client.centre[i] ?? 0));
  const trained = driftingDescent(solver, gradient, anchor, { steps, drift }).at(-1) ?? anchor;
  const key = uploadKey(taskKey);
  const codec = codecFor(withSecret(makePart("codec", catalogue.codec, task.upload), key), { version, layout: [] });
  const how = { codec, key, kernels: plainKernels };
  const sent = feedback.send({ trained, anchor, version, steps, kept, mean, steepness, drift, ...how });
  const update = {
    payload: sent.payload,
    ...(sent.smoothness !== undefined && { smoothness: sent.smoothness }),
    remembered: kept?.messages ?? 0,
    examples: client.examples,
    steps,
    trainLoss: 0,
    spent: { downloadSeconds: 0, computeSeconds: client.taskSeconds, uploadSeconds: 0 },
  };
  return { update, kept: sent.kept };
}

/**
 * What a client would have answered from another model: the centre that its steps x ← x − η (x − c) tell is exact, as
 * trained = c + (1 − η)^K (start − c).
 */
export function exactConversion({ start, trained, current, steps, stepSize }: ConvertCommand): Float32Array {
  const kept = (1 - stepSize) ** steps;
  return current.map((x, i) => {
    const centre = ((trained[i] ?? 0) - kept * (start[i] ?? 0)) / (1 - kept);
    return centre + kept * (x - centre);
  });
}
