import { describe, expect, test } from "vitest";
import { Fault } from "../base/fault.ts";
import { catalogue, type Shelf } from "../catalogue.ts";
import { federated } from "./federated.ts";

/** Every part of a shelf with options that suit it. */
function partsOn<Made>(shelf: Shelf<Made>): readonly Made[] {
  return Object.values(shelf).map((entry) => {
    const needed = Object.entries(entry.definition.options).filter(([, spec]) => spec.default === undefined);
    return entry.parse(Object.fromEntries(needed.map(([name, spec]) => [name, spec.kind === "number" ? 1 : "x"])));
  });
}

interface Combination {
  readonly names: string;
  readonly build: () => unknown;
}

const combinations: readonly Combination[] = partsOn(catalogue.pacing).flatMap((pacing) =>
  partsOn(catalogue.selection).flatMap((selection) =>
    partsOn(catalogue.weighting).flatMap((weighting) =>
      partsOn(catalogue["server-optimizer"]).flatMap((serverOptimizer) =>
        partsOn(catalogue.solver).map((solver) => {
          const parts = { pacing, selection, weighting, serverOptimizer, solver };
          return {
            names: Object.values(parts)
              .map(({ part }) => part.name)
              .join(" + "),
            build: () => federated({ ...parts, work: { epochs: 1, batchSize: 1 }, versions: 1 }),
          };
        }),
      ),
    ),
  ),
);

function faultOf(build: () => unknown): Fault | null {
  try {
    build();
    return null;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

describe("any parts make a plan, or are refused in a sentence", () => {
  const refused = combinations.filter(({ build }) => faultOf(build) !== null);

  test("and the only ones refused count every example twice", () => {
    const twice = combinations.filter(({ names }) => names.includes(" + by-examples + by-examples + "));
    expect(refused).toEqual(twice);
    expect(refused.length).toBeGreaterThan(0);
    expect(combinations.length).toBeGreaterThan(4 * refused.length - 1);
  });

  test("that names both parts, says why and what to do instead", () => {
    const fault = faultOf(refused[0]?.build ?? (() => null));
    expect(fault?.code).toBe("plan-contradiction");
    expect(fault?.message).toMatch(/selection "by-examples" and weighting "by-examples" .* n²$/u);
    expect(fault?.remedy).toMatch(/^Use selection "by-examples" with weighting "uniform", or /u);
  });
});
