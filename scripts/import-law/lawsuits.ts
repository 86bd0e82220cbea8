/**
 * Lawsuits: small repositories that break the import law, or just do not.
 *
 * @module
 */

/** One small repository and the rules of the law that it breaks, in alphabetical order. */
export interface Lawsuit {
  /** Sources by path; packages come with what makes them packages. */
  readonly files: Readonly<Record<string, string>>;
  readonly breaks: readonly string[];
}

const door = {
  "packages/core/src/index.ts": 'export * from "./base.ts";',
  "packages/core/src/base.ts": "export const a = 1;",
};
const room = {
  "packages/core/src/pacing/pacing.ts": "export interface Pacing { readonly name: string }",
  "packages/core/src/pacing/index.ts": 'export { one } from "./one.ts";\nexport { two } from "./two.ts";',
  "packages/core/src/pacing/one.ts":
    'import type { Pacing } from "./pacing.ts";\nexport const one: Pacing = { name: "one" };',
  "packages/core/src/pacing/two.ts":
    'import type { Pacing } from "./pacing.ts";\nexport const two: Pacing = { name: "two" };',
};
const uses = (what: string): string => `export { a } from "${what}";`;

/** A violation of every rule, and a lawful neighbour where the line is fine, by what they show. */
export const lawsuits: Readonly<Record<string, Lawsuit>> = {
  "a package may import core by name": {
    files: { ...door, "packages/engine/src/index.ts": uses("@potluck/core") },
    breaks: [],
  },
  "core may not import a package above it": {
    files: {
      "packages/core/src/base.ts": uses("@potluck/engine"),
      "packages/engine/src/index.ts": "export const a = 1;",
    },
    breaks: ["core-stands-alone", "layers-core"],
  },
  "engine may not import data beside it": {
    files: {
      "packages/engine/src/index.ts": uses("@potluck/data"),
      "packages/data/src/index.ts": "export const a = 1;",
    },
    breaks: ["layers-engine"],
  },
  "the simulator may not import the server": {
    files: {
      "packages/simulator/src/index.ts": uses("@potluck/server"),
      "packages/server/src/index.ts": "export const a = 1;",
    },
    breaks: ["layers-simulator"],
  },
  "the client may not import the cli": {
    files: { "packages/client/src/index.ts": uses("@potluck/cli"), "packages/cli/src/index.ts": "export const a = 1;" },
    breaks: ["layers-client"],
  },
  "a type counts as an import": {
    files: {
      "packages/data/src/index.ts": 'import type { A } from "@potluck/kernels";\nexport const a: A = 1;',
      "packages/kernels/src/index.ts": "export type A = number;",
    },
    breaks: ["layers-data"],
  },
  "a package without a place in the law may not import anything": {
    files: { ...door, "packages/attic/src/index.ts": uses("@potluck/core") },
    breaks: ["package-without-place"],
  },
  "core may not import a builtin of Node": {
    files: { "packages/core/src/base.ts": 'export { sep } from "node:path";' },
    breaks: ["core-stands-alone"],
  },
  "core may not import an npm package": {
    files: { "packages/core/src/base.ts": 'export { z } from "zod";' },
    breaks: ["core-stands-alone", "declared"],
  },
  "a test of core may import builtins, npm packages and the testkit": {
    files: {
      "packages/core/src/base.test.ts":
        'import "node:path";\nimport "zod";\nimport "@potluck/testkit";\nimport "./base.ts";',
      "packages/core/src/base.ts": "export const a = 1;",
      "packages/testkit/src/index.ts": "export const a = 1;",
    },
    breaks: [],
  },
  "a package may not import another by its path": {
    files: { ...door, "packages/engine/src/index.ts": uses("../../core/src/index.ts") },
    breaks: ["by-name"],
  },
  "a package may not enter another past its front door": {
    files: { ...door, "packages/engine/src/index.ts": uses("../../core/src/base.ts") },
    breaks: ["by-name", "front-door"],
  },
  "not even a test may enter another package past its front door": {
    files: { ...door, "packages/engine/src/index.test.ts": 'import "../../core/src/base.ts";' },
    breaks: ["by-name", "front-door"],
  },
  "the name of a package leads to its front door only": {
    files: { ...door, "packages/engine/src/index.ts": uses("@potluck/core/src/base.ts") },
    breaks: ["resolvable"],
  },
  "an example may import packages by name": {
    files: { ...door, "examples/one/plan.ts": uses("@potluck/core") },
    breaks: [],
  },
  "an example may not reach into a package": {
    files: { ...door, "examples/one/plan.ts": uses("../../packages/core/src/base.ts") },
    breaks: ["by-name-outside", "front-door-outside"],
  },
  "a package may not import an example": {
    files: {
      "packages/cli/src/index.ts": uses("../../../examples/one/plan.ts"),
      "examples/one/plan.ts": "export const a = 1;",
    },
    breaks: ["packages-stand-below"],
  },
  "sources may not import the testkit": {
    files: {
      "packages/engine/src/index.ts": uses("@potluck/testkit"),
      "packages/testkit/src/index.ts": "export const a = 1;",
    },
    breaks: ["testkit-is-for-tests"],
  },
  "nothing may import a test": {
    files: {
      "packages/core/src/a.test.ts": 'import "./b.test.ts";',
      "packages/core/src/b.test.ts": "export const a = 1;",
    },
    breaks: ["tests-are-leaves"],
  },
  "two files may not import each other, not even for a type": {
    files: {
      "packages/core/src/a.ts": 'import type { B } from "./b.ts";\nexport type A = B | 1;',
      "packages/core/src/b.ts": 'import type { A } from "./a.ts";\nexport type B = { readonly a: A };',
    },
    breaks: ["no-cycles"],
  },
  "an import must lead somewhere": {
    files: { "packages/core/src/a.ts": uses("./gone.ts") },
    breaks: ["core-stands-alone", "resolvable"],
  },
  "a package may import what its package.json lists": {
    files: { "packages/cli/src/index.ts": 'export { z } from "zod";' },
    breaks: [],
  },
  "a package may not import what its package.json does not list": {
    files: { "packages/data/src/index.ts": 'export { z } from "zod";' },
    breaks: ["declared"],
  },
  "a method may import the contract and the leaves of its room": {
    files: {
      ...room,
      "packages/core/src/pacing/leaf.ts": "export const name = 'one';",
      "packages/core/src/pacing/one.ts": 'import { name } from "./leaf.ts";\nexport const one = { name };',
    },
    breaks: [],
  },
  "a method may not import another": {
    files: { ...room, "packages/core/src/pacing/one.ts": 'export { two as one } from "./two.ts";' },
    breaks: ["methods-by-their-list-core", "methods-know-no-method-core"],
  },
  "a method may not import another by way of a leaf": {
    files: {
      ...room,
      "packages/core/src/pacing/leaf.ts": 'export { two } from "./two.ts";',
      "packages/core/src/pacing/one.ts": 'export { two as one } from "./leaf.ts";',
    },
    breaks: ["methods-by-their-list-core", "methods-know-no-method-core"],
  },
  "a method may not import another by way of the list of another room": {
    files: {
      ...room,
      "packages/core/src/codec/codec.ts": "export interface Codec { readonly name: string }",
      "packages/core/src/codec/index.ts": 'export { identity } from "./identity.ts";',
      "packages/core/src/codec/identity.ts": 'export { one as identity } from "../pacing/index.ts";',
    },
    breaks: ["methods-know-no-method-core"],
  },
  "a method may import another package that lists its own methods": {
    files: {
      ...room,
      "packages/core/src/index.ts": 'export * as pacing from "./pacing/index.ts";',
      "packages/data/src/index.ts": 'export * as source from "./source/index.ts";',
      "packages/data/src/source/source.ts": "export interface Source { readonly name: string }",
      "packages/data/src/source/index.ts": 'export { mnist } from "./mnist.ts";',
      "packages/data/src/source/mnist.ts": 'import { pacing } from "@potluck/core";\nexport const mnist = pacing.one;',
    },
    breaks: [],
  },
  "nobody may pick up a method past the list of its room": {
    files: { ...room, "packages/core/src/catalogue.ts": 'export { one } from "./pacing/one.ts";' },
    breaks: ["methods-by-their-list-core"],
  },
  "the catalogue may import the lists of the rooms": {
    files: { ...room, "packages/core/src/catalogue.ts": 'export * as pacing from "./pacing/index.ts";' },
    breaks: [],
  },
  "the test of a method may import it and its neighbours": {
    files: { ...room, "packages/core/src/pacing/one.test.ts": 'import "./one.ts";\nimport "./two.ts";' },
    breaks: [],
  },
};
