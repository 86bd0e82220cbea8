/**
 * The import law: which file may import which. Imports point one way,
 *
 *     core <- kernels, engine, data, protocol <- scenario <- simulator, server, client, comparison <- studio <- cli
 *
 * packages meet at their front door, core stands alone, and methods know nothing of one another. Types count as
 * imports. `law.test.ts` shows each rule a violation, so that none can silently be void.
 *
 * @module
 */
import type {
  ICruiseOptions,
  IFlattenedRuleSet,
  IForbiddenRuleType,
  IRegularForbiddenRuleType,
} from "dependency-cruiser";
import { findRooms } from "./rooms.ts";

type From = IRegularForbiddenRuleType["from"];
type To = IRegularForbiddenRuleType["to"];

const FOUNDATIONS = ["core", "kernels", "engine", "data", "protocol", "scenario"] as const;

/** What each package may import besides itself. Whoever adds a package says here where it stands. */
export const allowedImports: Readonly<Record<string, readonly string[]>> = {
  core: [],
  kernels: ["core"],
  engine: ["core"],
  data: ["core"],
  protocol: ["core"],
  scenario: ["core", "kernels", "engine", "data"],
  comparison: ["core", "scenario"],
  testkit: ["core", "protocol", "scenario", "comparison"],
  simulator: FOUNDATIONS,
  server: FOUNDATIONS,
  client: FOUNDATIONS,
  cli: [...FOUNDATIONS, "comparison", "simulator", "server", "client", "studio"],
  studio: [...FOUNDATIONS, "comparison", "simulator", "client"],
};

const TEST = "[.]test[.]ts$";
const FRONT_DOOR = "^packages/[^/]+/src/index[.]ts$";
const ROOM_LIST = "^packages/[^/]+/src/.+/index[.]ts$";

/** How the law reads the repository: types count, links between packages lead to their sources. */
export const reading: ICruiseOptions = {
  tsPreCompilationDeps: true,
  doNotFollow: "(^|/)node_modules/",
  exclude: "(^|/)(dist|runs|coverage|assembly)/",
  enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "types", "default"] },
};

/** The law for the repository at `root`, whose rooms it looks up. */
export function importLaw(root: string): IFlattenedRuleSet {
  return { forbidden: [...layers(), ...doors(), ...standing(), ...methods(root)] };
}

/** One rule for each package: it imports nothing that stands beside or above it. */
function layers(): readonly IForbiddenRuleType[] {
  return Object.entries(allowedImports).map(([name, allowed]) => ({
    name: `layers-${name}`,
    severity: "error",
    comment: `${name} may import ${allowed.length === 0 ? "no other package" : allowed.join(", ")}.`,
    from: { path: `^packages/${name}/` },
    // testkit has a rule of its own.
    to: { path: `^packages/(?!(?:${[name, "testkit", ...allowed].join("|")})/)` },
  }));
}

function doors(): readonly IForbiddenRuleType[] {
  const outside = { path: "^(?!packages/)" };
  const inside = { path: "^packages/([^/]+)/" };
  // An import by name leads to the sources as well, but is known for a workspace of this repository.
  const pathType = { dependencyTypes: ["local"], dependencyTypesNot: ["aliased-workspace"] } satisfies To;
  const byPath = "Import another package by its name, not by its path.";
  const byDoor = "Packages meet at their front door: export what you need from its src/index.ts.";
  return [
    rule("front-door", byDoor, inside, { path: "^packages/", pathNot: [FRONT_DOOR, "^packages/$1/"] }),
    rule("front-door-outside", byDoor, outside, { path: "^packages/", pathNot: FRONT_DOOR }),
    rule("by-name", byPath, inside, {
      path: "^packages/",
      pathNot: "^packages/$1/",
      ...pathType,
    }),
    rule("by-name-outside", byPath, outside, { path: "^packages/", ...pathType }),
    rule("packages-stand-below", "A package imports nothing from the rest of the repository.", inside, {
      pathNot: "^packages/",
      ...pathType,
    }),
  ];
}

function standing(): readonly IForbiddenRuleType[] {
  const known = Object.keys(allowedImports).join("|");
  const product = { path: "^packages/[^/]+/src/", pathNot: [TEST, "^packages/testkit/"] };
  return [
    rule(
      "package-without-place",
      "Say in scripts/import-law/law.ts where this package stands.",
      { path: `^packages/(?!(?:${known})/)` },
      {},
    ),
    rule(
      "core-stands-alone",
      "core imports nothing outside itself.",
      { path: "^packages/core/src/", pathNot: TEST },
      { pathNot: "^packages/core/src/" },
    ),
    rule(
      "testkit-is-for-tests",
      "Only tests, benchmarks, runs under fire, screenshots and what measures pages import the testkit.",
      { pathNot: [TEST, "^packages/testkit/", "^bench/", "^scripts/(chaos|screenshots|site|studio-load)/"] },
      { path: "^packages/testkit/" },
    ),
    rule("tests-are-leaves", "Nothing imports a test.", {}, { path: TEST }),
    rule("no-cycles", "A cycle has no beginning: move what both need into a file of its own.", {}, { circular: true }),
    // The benchmarks' peers are installed apart.
    rule("resolvable", "This import leads nowhere.", { pathNot: "^bench/" }, { couldNotResolve: true }),
    rule("declared", "A package lists what it imports in its package.json, under dependencies.", product, {
      dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"],
    }),
  ];
}

function methods(root: string): readonly IForbiddenRuleType[] {
  return Object.entries(Object.groupBy(findRooms(root), ({ folder }) => folder.split("/")[1] ?? "")).flatMap(
    ([name, rooms = []]) => methodRules(name, pattern(rooms.flatMap((room) => room.methods))),
  );
}

function methodRules(name: string, path: string): readonly IForbiddenRuleType[] {
  return [
    rule(
      `methods-by-their-list-${name}`,
      "A method is imported through the index.ts of its room, where all of them are listed.",
      { pathNot: [TEST, ROOM_LIST] },
      { path },
    ),
    {
      name: `methods-know-no-method-${name}`,
      severity: "error",
      comment: "Methods never import each other, not even by a detour: move what they share into a leaf of the room.",
      from: { path },
      to: { path, reachable: true },
    },
  ];
}

/** A regular expression for exactly these files. */
function pattern(files: readonly string[]): string {
  return `^(?:${files.map((file) => file.replaceAll(".", "[.]")).join("|")})$`;
}

function rule(name: string, comment: string, from: From, to: To): IForbiddenRuleType {
  return { name, severity: "error", comment, from, to };
}
