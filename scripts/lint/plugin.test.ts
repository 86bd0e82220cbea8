import { RuleTester } from "oxlint/plugins-dev";
import { describe, test } from "vitest";
import { noTypeAssertion, portablePower } from "./plugin.ts";

RuleTester.describe = describe;
RuleTester.it = Object.assign((name: string, run: () => void): void => test(name, run), {});
const tester = new RuleTester({ languageOptions: { sourceType: "module", parserOptions: { lang: "ts" } } });

tester.run("no-type-assertion", noTypeAssertion, {
  valid: ["const a = [1, 2] as const;", "const b = x[i] as number;", "const c = (x[i + 1] as number) * 2;"],
  invalid: [
    { code: "const a = value as number;", errors: 1 },
    { code: "const a = x.y as number;", errors: 1 },
    { code: "const a = x[i] as Weight;", errors: 1 },
    { code: "const a = x as unknown as Weight;", errors: 2 },
  ],
});

tester.run("portable-power", portablePower, {
  valid: ["const a = 2 ** 32;", "const a = 2 ** -52;", "const a = x * x;"],
  invalid: [
    { code: "const a = x ** 2;", errors: 1 },
    { code: "const a = 2 ** k;", errors: 1 },
    { code: "let a = 2; a **= 3;", errors: 1 },
    { code: "const a = (1 + s) ** -x;", errors: 1 },
  ],
});
