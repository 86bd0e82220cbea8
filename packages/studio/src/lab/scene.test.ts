import { expect, test } from "vitest";
import { nameOf } from "./choice.ts";
import { beginning, sceneCalled } from "./presets.ts";
import { clientsIn, skewOf, withClients, withSkew } from "./scene.ts";

test("how many clients there are is said once for the partition, and for data that has clients of its own", () => {
  expect(withClients(beginning.scene, 7)).toMatchObject({ partition: { name: "dirichlet", clients: 7 } });
  const natural = withClients(sceneCalled("quadratics").scene, 7);
  expect(natural).toMatchObject({ data: { clients: 7 }, partition: { clients: 7 } });
  expect(clientsIn(natural)).toBe(7);
});

test("how unlike clients are has a word, and another word keeps how many they are", () => {
  expect(skewOf(beginning.scene)).toBe("mixed");
  for (const skew of ["all alike", "mixed", "few each"]) {
    const scene = withSkew(beginning.scene, skew);
    expect(skewOf(scene)).toBe(skew);
    expect(clientsIn(scene)).toBe(50);
  }
  expect(withSkew(beginning.scene, "own")).toBe(beginning.scene);
  expect(skewOf({ partition: { name: "dirichlet", alpha: 3 } })).toBe("own");
});

test("scenarios are called after their plans, as names of scenarios may be", () => {
  expect(nameOf("FedAvg", 0)).toBe("fed-avg");
  expect(nameOf("FedAvg, top-k, error-feedback", 0)).toBe("fed-avg-top-k-error-feedback");
  expect(nameOf("¿?", 1)).toBe("plan-2");
});
