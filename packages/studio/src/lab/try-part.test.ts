import { checkFeasible, definitions, parseScenario } from "@potluck/scenario";
import { describe, expect, test } from "vitest";
import { documentsOf } from "./choice.ts";
import { choiceOf, planPresets, scenes } from "./presets.ts";
import { choiceForPart } from "./try-part.ts";
import { untried } from "./tried.ts";

const parts = definitions().map(({ room, name }) => `${room}/${name}`);

describe.each(parts.filter((part) => !(part in untried)))("%s", (part) => {
  const [room = "", name = ""] = part.split("/");

  test("can be tried: the Lab opens with scenarios that can be run, and it is the part of one of them", () => {
    const choice = choiceForPart(room, name);
    if (choice === null) throw new Error("no choice");
    const documents = documentsOf(choice);
    for (const document of documents) checkFeasible(parseScenario(document, part));
    expect(JSON.stringify(documents)).toContain(`"name":"${name}"`);
    expect(new Set(documents.map((document) => document["name"])).size).toBe(documents.length);
  });
});

test("parts that cannot be tried are in the catalogue, and the Lab opens with none of them", () => {
  expect(Object.keys(untried).filter((part) => !parts.includes(part))).toEqual([]);
  for (const part of Object.keys(untried)) {
    const [room = "", name = ""] = part.split("/");
    expect(choiceForPart(room, name)).toBe(null);
  }
  expect(choiceForPart("no such room", "sgd")).toBe(null);
});

test.each(scenes.map((scene) => [scene.name, scene] as const))("all plans can be run in the scene %s", (_, scene) => {
  for (const document of documentsOf(
    choiceOf(
      scene,
      planPresets.map(({ title }) => title),
    ),
  )) {
    checkFeasible(parseScenario(document, "the scene"));
  }
});
