import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Fault } from "../base/fault.ts";
import { checkOptions, type NumberOption, type OptionSpec, range, resolveOptions } from "./options.ts";

type Bounded = Omit<NumberOption, "default">;

const bounded: fc.Arbitrary<Bounded> = fc
  .record(
    {
      integer: fc.constant(true as const),
      minimum: fc.integer({ min: -3, max: 3 }),
      above: fc.integer({ min: -3, max: 3 }),
      maximum: fc.integer({ min: -3, max: 3 }),
      below: fc.integer({ min: -3, max: 3 }),
    },
    { requiredKeys: [] },
  )
  .map((limits) => ({ kind: "number", about: "a test", ...limits }));
const anything = fc.oneof(fc.double(), fc.integer({ min: -4, max: 4 }), fc.anything());

/** The rule that {@link resolveOptions} is held to, said a second time. */
function allowed(spec: Bounded, value: unknown): boolean {
  if (typeof value !== "number" || !Number.isFinite(value)) return false;
  const broken = [
    spec.integer === true && !Number.isSafeInteger(value),
    spec.minimum !== undefined && value < spec.minimum,
    spec.above !== undefined && value <= spec.above,
    spec.maximum !== undefined && value > spec.maximum,
    spec.below !== undefined && value >= spec.below,
  ];
  return !broken.includes(true);
}

function resolve(spec: OptionSpec, given: unknown): unknown {
  return resolveOptions("a part", { x: spec }, { x: given })["x"];
}

/** The fault that resolving throws. */
function faultOf(specs: Readonly<Record<string, OptionSpec>>, given: Readonly<Record<string, unknown>>): Fault {
  try {
    resolveOptions('solver "sgd"', specs, given);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

const rate: OptionSpec = { kind: "number", above: 0, about: "step size η" };

describe("a number", () => {
  test("is accepted exactly when it is within its bounds, and is then as it was given", () => {
    fc.assert(
      fc.property(bounded, anything, (spec, value) => {
        fc.pre(value !== undefined);
        if (allowed(spec, value)) expect(resolve(spec, value)).toBe(value);
        else expect(() => resolve(spec, value)).toThrow(Fault);
      }),
      { numRuns: 1000 },
    );
  });

  test("of a list is held to the same bounds", () => {
    fc.assert(
      fc.property(bounded, fc.array(anything, { maxLength: 4 }), (spec, values) => {
        const list = { ...spec, kind: "numbers" } as const;
        if (values.every((value) => allowed(spec, value))) expect(resolve(list, values)).toBe(values);
        else expect(() => resolve(list, values)).toThrow(Fault);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("a word", () => {
  const choice: OptionSpec = { kind: "choice", of: ["fast", "slow"], about: "a test" };

  test("is one of those offered", () => {
    expect(resolve(choice, "slow")).toBe("slow");
    for (const wrong of ["Slow", "", 1, ["slow"], null, true]) expect(() => resolve(choice, wrong)).toThrow(Fault);
  });

  test("is not a property that every object has", () => {
    expect(() => resolve(choice, "constructor")).toThrow(Fault);
  });
});

test("text is any text and nothing else", () => {
  const text: OptionSpec = { kind: "text", about: "a test" };
  fc.assert(fc.property(fc.string(), (value) => resolve(text, value) === value));
  for (const wrong of [1, null, ["a"], {}]) expect(() => resolve(text, wrong)).toThrow(Fault);
});

describe("an option that is not given", () => {
  test("has its default", () => {
    const specs: Readonly<Record<string, OptionSpec>> = {
      a: { kind: "number", default: 3, about: "a test" },
      b: { kind: "numbers", default: [1, 2], about: "a test" },
      c: { kind: "choice", of: ["x"], default: "x", about: "a test" },
      d: { kind: "text", default: null, about: "a test" },
    };
    expect(resolveOptions("a part", specs, {})).toEqual({ a: 3, b: [1, 2], c: "x", d: null });
    expect(resolveOptions("a part", specs, { a: undefined, d: "given" })).toEqual({
      a: 3,
      b: [1, 2],
      c: "x",
      d: "given",
    });
  });

  test("and has no default is asked for, with its range", () => {
    expect(faultOf({ learningRate: rate }, {})).toMatchObject({
      code: "option-invalid",
      message: 'solver "sgd" needs the option "learningRate"',
      remedy: "Give learningRate: a number > 0.",
    });
  });
});

describe("a list of records", () => {
  const rules: OptionSpec = {
    kind: "records",
    of: { match: { kind: "text", about: "a name" }, factor: { ...rate, default: 1 } },
    default: [],
    about: "a test",
  };

  test("has every record completed", () => {
    expect(resolve(rules, [{ match: "a" }, { factor: 2, match: "b" }])).toEqual([
      { match: "a", factor: 1 },
      { match: "b", factor: 2 },
    ]);
    expect(resolve(rules, undefined)).toEqual([]);
  });

  test("names the record and the field that does not fit", () => {
    expect(() => resolve(rules, [{ match: "a" }, { factor: 2 }])).toThrow('a part: x[1] needs the option "match"');
    expect(() => resolve(rules, [{ match: "a", factor: 0 }])).toThrow("a part: x[0]: factor must be a number > 0");
    expect(() => resolve(rules, [{ match: "a", other: 0 }])).toThrow('a part: x[0] has no option "other"');
  });

  test.each([[null], ["a"], [{}], [[["a"]]], [[null]], [[1]]])("is not %j", (value) => {
    expect(() => resolve(rules, value)).toThrow("a part: x must be a list of { match: text; factor: number > 0 }");
  });

  test("may be null where its default is", () => {
    expect(resolve({ ...rules, default: null }, null)).toBeNull();
  });
});

test("null switches off exactly the options whose default is null", () => {
  expect(resolve({ ...rate, default: null }, null)).toBeNull();
  expect(() => resolve(rate, null)).toThrow("must be a number > 0, got null");
  expect(() => resolve({ ...rate, default: 1 }, null)).toThrow(Fault);
});

describe("an option that does not exist", () => {
  test("is refused with the names that do", () => {
    expect(faultOf({ learningRate: rate, mu: rate }, { learnigRate: 1 })).toMatchObject({
      code: "option-invalid",
      message: 'solver "sgd" has no option "learnigRate"',
      remedy: "Its options are learningRate, mu.",
    });
    expect(faultOf({}, { x: undefined })).toMatchObject({ remedy: 'solver "sgd" has no options.' });
  });

  test.each(["toString", "constructor", "hasOwnProperty", "__proto__"])(
    "is refused even if it is called %s",
    (name) => {
      const given: Readonly<Record<string, unknown>> = JSON.parse(`{ "learningRate": 1, "${name}": 1 }`);
      expect(faultOf({ learningRate: rate }, given).message).toBe(`solver "sgd" has no option "${name}"`);
    },
  );
});

describe("a value that does not fit", () => {
  test.each<[string, unknown]>([
    ["0", 0],
    ["NaN", Number.NaN],
    ["-Infinity", -Infinity],
    ['"0.1"', "0.1"],
    ["true", true],
    ["null", null],
    ["10", 10n],
    ['[1, "a", [NaN]]', [1, "a", [Number.NaN]]],
    ["an object", { value: 1 }],
    ["a function", () => 1],
    ["a symbol", Symbol("x")],
  ])("is shown as %s", (shown, value) => {
    expect(faultOf({ learningRate: rate }, { learningRate: value })).toMatchObject({
      message: `solver "sgd": learningRate must be a number > 0, got ${shown}`,
      remedy: "Change learningRate. What it does: step size η",
    });
  });
});

test.each<[OptionSpec, string]>([
  [{ kind: "number", about: "" }, "a number"],
  [{ kind: "number", integer: true, minimum: 1, about: "" }, "a whole number ≥ 1"],
  [{ kind: "number", minimum: 0, below: 1, default: 0.9, about: "" }, "a number ≥ 0 and < 1"],
  [{ kind: "number", above: 0, maximum: 1, unit: "seconds", about: "" }, "a number > 0 and ≤ 1 (seconds)"],
  [{ kind: "number", minimum: 1, default: null, about: "" }, "a number ≥ 1, or null for none"],
  [{ kind: "numbers", integer: true, minimum: 1, about: "" }, "a list of whole numbers ≥ 1"],
  [{ kind: "choice", of: ["a", "b"], about: "" }, 'one of "a", "b"'],
  [{ kind: "text", default: null, about: "" }, "text, or null for none"],
  [
    { kind: "records", of: { match: { kind: "text", about: "" }, share: { ...rate, default: null } }, about: "" },
    "a list of { match: text; share: number > 0, or null for none }",
  ],
])("the range of %j in words is %j", (spec, words) => {
  expect(range(spec)).toBe(words);
});

describe("options of which only the names are known", () => {
  test("may be any of these, or none", () => {
    expect(() => checkOptions("a thing", ["a", "b"], { b: null })).not.toThrow();
    expect(() => checkOptions("a thing", ["a"], {})).not.toThrow();
  });

  test.each<[string, unknown, string]>([
    ["a name that is unknown", { a: 1, c: 2 }, 'a thing has no option "c"'],
    ["a name that every object inherits", { toString: 1 }, 'a thing has no option "toString"'],
    ["a list", ["a"], 'the options of a thing must be an object, got ["a"]'],
    ["nothing", undefined, "the options of a thing must be an object, got undefined"],
  ])("%s is refused, and the known ones told", (_, given, message) => {
    const fault = { code: "option-invalid", message, remedy: "Its options are a, b." };
    expect(() => checkOptions("a thing", ["a", "b"], given)).toThrow(expect.objectContaining(fault));
  });
});
