import fc from "fast-check";
import { expect, test } from "vitest";
import { definePart, type PartFactory, type PartReference } from "./part.ts";

interface HeatOptions {
  readonly degrees: number;
  readonly name?: string;
  readonly steps?: readonly number[];
  readonly cap?: number | null;
}

interface Heat {
  readonly warm: (by: number) => number;
  readonly given: Required<HeatOptions>;
}

const heat: PartFactory<HeatOptions, Heat> = definePart<HeatOptions, Heat>({
  room: "solver",
  name: "heat",
  about: "Warms.",
  fights: [],
  options: {
    degrees: { kind: "number", minimum: 0, about: "how warm" },
    name: { kind: "text", default: "oven", about: "what" },
    steps: { kind: "numbers", default: [1, 2], about: "how" },
    cap: { kind: "number", default: null, about: "at most" },
  },
  make: (options) => ({ warm: (by) => options.degrees + by, given: options }),
});

const cold = definePart<{ readonly depth?: number }, { readonly depth: number }>({
  room: "solver",
  name: "cold",
  about: "Cools.",
  fights: [],
  options: { depth: { kind: "number", default: 2, about: "how deep" } },
  make: ({ depth }) => ({ depth }),
});

const options: fc.Arbitrary<HeatOptions> = fc.record(
  {
    degrees: fc.double({ min: 0, max: 1e6, noNaN: true }),
    name: fc.string(),
    steps: fc.array(fc.double({ noNaN: true, noDefaultInfinity: true })),
    cap: fc.option(fc.integer()),
  },
  { requiredKeys: ["degrees"] },
);

test("a factory and its parser make the same part", () => {
  fc.assert(
    fc.property(options, fc.integer(), (given, by) => {
      const made = heat(given);
      const parsed = heat.parse({ ...given });
      expect(parsed.part).toEqual(made.part);
      expect(parsed.given).toEqual(made.given);
      expect(parsed.warm(by)).toBe(made.warm(by));
    }),
  );
});

test("a part can be made again from what it says of itself, through JSON", () => {
  // JSON has no −0.
  const withoutMinusZero = options.map((given) => ({
    ...given,
    degrees: given.degrees + 0,
    ...(given.steps === undefined ? {} : { steps: given.steps.map((x) => x + 0) }),
  }));
  fc.assert(
    fc.property(withoutMinusZero, (given) => {
      const { part } = heat(given);
      const copy: PartReference = JSON.parse(JSON.stringify(part));
      expect(copy).toEqual(part);
      expect(heat.parse(copy.options).part).toEqual(part);
    }),
  );
});

test("a part says its room, its name and all its options, defaults included", () => {
  expect(heat({ degrees: 3 }).part).toEqual({
    room: "solver",
    name: "heat",
    options: { degrees: 3, name: "oven", steps: [1, 2], cap: null },
  });
});

test("a factory carries its description, without the maker", () => {
  expect(heat.definition).toMatchObject({ room: "solver", name: "heat", about: "Warms.", fights: [] });
  expect(Object.keys(heat.definition)).not.toContain("make");
});

test("options may be left out where all have defaults", () => {
  expect(cold().depth).toBe(2);
  expect(cold({}).part).toEqual(cold().part);
  expect(cold({ depth: 5 }).depth).toBe(5);
});

test("a message names the room and the part", () => {
  expect(() => heat({ degrees: -1 })).toThrow('solver "heat": degrees must be a number ≥ 0, got -1');
  expect(() => heat.parse({ degrees: 1, heat: 2 })).toThrow('solver "heat" has no option "heat"');
  expect(() => heat.parse({})).toThrow('solver "heat" needs the option "degrees"');
});

const mixed = definePart<{ readonly of?: { readonly depth: number } }, { readonly depth: number }>({
  room: "solver",
  name: "mixed",
  about: "Cools twice.",
  fights: [],
  options: {
    of: {
      kind: "part",
      room: "solver",
      of: ["cold"],
      default: { name: "cold", depth: 4 },
      about: "what is cooled",
      make: (_, given) => cold.parse(given),
    },
  },
  make: ({ of }) => ({ depth: 2 * of.depth }),
});

test("a part in a part is made for its maker, and is said by name and options", () => {
  for (const made of [mixed({ of: cold({ depth: 5 }) }), mixed.parse({ of: { name: "cold", depth: 5 } })]) {
    expect(made.depth).toBe(10);
    expect(made.part.options).toEqual({ of: { name: "cold", depth: 5 } });
    expect(mixed.parse(made.part.options).depth).toBe(10);
  }
  expect(mixed().depth).toBe(8);
  expect(mixed.parse({ of: { name: "cold" } }).part.options).toEqual({ of: { name: "cold", depth: 2 } });
});

test("a part in a part is one of those named", () => {
  const message = 'solver "mixed": of must be a solver: one of "cold", got';
  expect(() => mixed.parse({ of: heat({ degrees: 1 }) })).toThrow(`${message} "heat"`);
  expect(() => mixed.parse({ of: 3 })).toThrow(`${message} 3`);
  expect(() => mixed.parse({ of: { name: "cold", depth: "x" } })).toThrow('solver "cold": depth must be a number');
});
