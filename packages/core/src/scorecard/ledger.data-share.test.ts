import { expect, test } from "vitest";
import { clientId } from "../plan/identity.ts";
import { accountsOf, columnOf, emptyLedger, noteCommandInLedger, noteEventInLedger } from "./ledger.ts";

test("shares of the data are those of each version, whatever clients hold later", () => {
  const ledger = emptyLedger();
  const holds = (client: number, examples: number): void => {
    noteEventInLedger(ledger, { kind: "enrolled", client: clientId(client), profile: { examples, tier: "" } }, 0);
  };
  const publish = (version: number): void => {
    noteCommandInLedger(
      ledger,
      { kind: "publish", version, params: new Float32Array(0), contributions: [], scale: 1, lasting: false },
      0,
    );
  };
  holds(0, 1);
  holds(1, 3);
  publish(1);
  holds(0, 5);
  publish(2);
  publish(3);
  expect(accountsOf(ledger).map(({ examples, dataShare }) => [examples, dataShare])).toEqual([
    [5, 1 / 4 + 2 * (5 / 8)],
    [3, 3 / 4 + 2 * (3 / 8)],
  ]);
  for (const name of ["examples", "dataShare", "onlineSeconds"] as const) {
    expect(columnOf(ledger, name)).toEqual(accountsOf(ledger).map((account) => account[name]));
  }
});
