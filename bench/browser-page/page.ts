/**
 * The page of the benchmark: trains the CNN with WebAssembly.
 *
 * @module
 */
import { rootKey, solver } from "@potluck/core";
import { createTrainer } from "@potluck/engine";
import { cnn, digits, FEATURE_SCALE, LEARNING_RATE } from "../engine-tasks.ts";

Object.assign(globalThis, { prepare });

/** Makes the trainer, and `takeSteps`, which takes so many steps in one call and gives the seconds that one took. */
async function prepare(steps: number): Promise<void> {
  const model = cnn(rootKey(1));
  const task = digits(model, steps, rootKey(1));
  const features = { dataType: "uint8", scale: FEATURE_SCALE } as const;
  const trainer = await createTrainer({ model, solver: solver.sgd({ learningRate: LEARNING_RATE }), features });
  const takeSteps = async (): Promise<number> => {
    const start = performance.now();
    await trainer.train(task);
    return (performance.now() - start) / 1000 / steps;
  };
  Object.assign(globalThis, { takeSteps });
}
