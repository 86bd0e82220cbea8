/**
 * The standard bench of the reproductions: a problem that is small enough for two cores and minutes, and the same
 * everywhere unless an experiment says otherwise.
 *
 * Softmax regression on the first 4,000 MNIST digits, dealt to 40 clients of 100 each; 2,000 digits are held out.
 * It has 7,850 parameters, a convex loss, and reaches an accuracy of about 0.87 with all the data in one place.
 *
 * @module
 */
import { data, partition } from "@potluck/data";
import { fleet, model, type Scenario } from "@potluck/scenario";

/** The seeds that results are reported for. */
export const SEEDS: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8];
/** The seeds that arms are tuned on. */
export const TUNING_SEEDS: readonly number[] = [101, 102];
/** How many clients share the data. */
export const CLIENTS = 40;

/** Every client draws from the same distribution. */
export const iid = partition.iid({ clients: CLIENTS, testShare: 0 });
/** Every client has at most two classes: the pathological split of McMahan et al. */
export const twoClasses = partition.shards({ clients: CLIENTS, classesPerClient: 2, testShare: 0 });
/** Every client has its own mix of classes: skewed, with two or three classes making up most of a client. */
export const skewed = partition.dirichlet({ clients: CLIENTS, alpha: 0.1, testShare: 0 });

/** A scenario of the standard bench, but for what `changes` says. */
export function bench(changes: Pick<Scenario, "plan"> & Partial<Scenario>): Scenario {
  return {
    name: "bench",
    model: model.mlp({ hidden: [] }),
    data: data.mnist({ trainExamples: 4000, testExamples: 2000 }),
    partition: skewed,
    fleet: fleet.uniform(),
    ...changes,
  };
}
