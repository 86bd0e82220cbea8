/**
 * Trains a small model again and again, a step a call, and prints what memory this process has in MiB: before there is a
 * session, after its first step, after 200 calls and after 1,000 more. `engine-sessions.ts` starts it with the name of a
 * model. Garbage is collected before each look.
 *
 * @module
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { rootKey } from "@potluck/core";
import { modelTask, openTrainer } from "./engine-tasks.ts";

const MEBIBYTE = 2 ** 20;
/** Before memory is compared: buffers have grown to what they need. */
const FIRST_CALLS = 200;
const CALLS = 1000;

const [name = ""] = process.argv.slice(2);
const { model, task, objective } = modelTask(name, 1, rootKey(1));

const looks = [residentMebibytes()];
const trainer = await openTrainer(model, objective);
await trainer.train(task);
looks.push(residentMebibytes());
for (const calls of [FIRST_CALLS, CALLS]) {
  for (let call = 0; call < calls; call++) await trainer.train(task);
  looks.push(residentMebibytes());
}
console.log(JSON.stringify(looks));

/** The memory of the process without what nobody needs any more. */
function residentMebibytes(): number {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect === "function") for (let time = 0; time < 2; time++) collect();
  return process.memoryUsage.rss() / MEBIBYTE;
}
