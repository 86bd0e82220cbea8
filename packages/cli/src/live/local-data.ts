/**
 * The data of a client of a scenario, as a device of its own has them.
 *
 * @module
 */
import type { LocalData } from "@potluck/client";
import { Fault, fold, present, rootKey } from "@potluck/core";
import type { Scenario } from "@potluck/scenario";

/** The examples of one client of a scenario. Throws Fault "option-invalid" where there is no such client. */
export async function dataOfClient(scenario: Scenario, client: number, seed: number): Promise<LocalData> {
  const loaded = await scenario.data.load();
  const split = scenario.partition.split({ examples: loaded.train, key: fold(rootKey(seed), "partition") });
  if (client >= split.clients.length) {
    const message = `the scenario has ${split.clients.length} clients: there is no client ${client}`;
    throw new Fault("option-invalid", message, "Clients are counted from 0.");
  }
  const { train: rows } = present(split.clients[client], "the rows of client", client);
  return { dataset: { ...loaded, train: split.examples }, rows };
}
