/**
 * The fields of a scenario that hold parts, each with the room its part comes from. They are read, written and described
 * by these lists alone.
 *
 * @module
 */
import { type PlanField, planRooms, type Room } from "@potluck/core";

/** A field of a scenario that holds a part. */
export type SceneField = "model" | "loss" | "data" | "partition" | "fleet";

/** The parts of a scenario that stand beside its plan. */
export const sceneFields: Readonly<Record<SceneField, Room>> = {
  model: "model",
  loss: "loss",
  data: "data",
  partition: "partition",
  fleet: "fleet",
};

/** The parts that a scenario cannot do without; the others have a default in the simulator. */
export const neededOfScene: readonly SceneField[] = ["model", "data", "partition", "fleet"];

/** The parts that a plan cannot do without. */
export const neededOfPlan: readonly PlanField[] = ["pacing", "solver"];

/** A place in a file: names of fields and positions in lists, from the outermost inwards. */
export type Path = readonly PropertyKey[];

/** "plan.solver.rules[0].rate"; "the scenario" for the whole of it. */
export function pathText(path: Path): string {
  const [first, ...rest] = path;
  if (first === undefined) return "the scenario";
  return rest.reduce<string>(
    (text, step) => (typeof step === "number" ? `${text}[${step}]` : `${text}.${String(step)}`),
    String(first),
  );
}

/** The part whose field a path leads to or into. */
export interface PartPlace {
  readonly room: Room;
  /** The way from the part inwards; empty for the part itself. */
  readonly within: Path;
}

/** Where among the parts a path leads; undefined for one that leads to none. */
export function partPlace(path: Path): PartPlace | undefined {
  const isPlan = path[0] === "plan";
  const depth = isPlan ? 1 : 0;
  const field = String(path[depth]);
  const rooms: Readonly<Record<string, Room>> = isPlan ? roomsOfPlans : sceneFields;
  const room = rooms[field];
  if (room === undefined) return undefined;
  // In a list of parts its places are no parts' own.
  const steps = depth + (field === "models" ? 2 : 1);
  return path.length < steps ? undefined : { room, within: path.slice(steps) };
}

/** The fields of all kinds of plans. */
const roomsOfPlans: Readonly<Record<string, Room>> = { ...planRooms, coding: "coding", models: "server-optimizer" };
