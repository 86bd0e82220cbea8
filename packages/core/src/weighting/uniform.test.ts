import { fleetOf, fullRounds, strategyConformance } from "@potluck/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { federated } from "../plan/federated.ts";
import { clientId } from "../plan/identity.ts";
import { uniform } from "./uniform.ts";

strategyConformance({
  name: "federated averaging that counts every client the same",
  plan: (versions) => federated({ ...fullRounds, weighting: uniform(), versions }),
  objective: "per client",
  tolerance: 1e-3,
});

test("every update counts the same, whatever it claims", () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.maxSafeNat(), fc.nat(), (examples, steps, staleness) => {
      const client = fleetOf([{ examples }]).client(clientId(0));
      expect(uniform().weigh({ examples, steps, staleness, client })).toBe(1);
    }),
  );
});

test("it has no options", () => {
  expect(uniform().part).toEqual({ room: "weighting", name: "uniform", options: {} });
  expect(() => uniform.parse({ examplesCap: 1 })).toThrow('weighting "uniform" has no option "examplesCap"');
});
