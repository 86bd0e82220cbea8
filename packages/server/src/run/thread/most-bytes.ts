/**
 * How large answers may be.
 *
 * @module
 */
import { type Task, vectorsIn } from "@potluck/core";

/** The most bytes that the answer to a task may have: twice those of its vectors as float32, and a little. */
export function mostBytes(task: Task): number {
  return 2 * vectorsIn(task) * task.params.byteLength + 4096;
}
