import { expect, test } from "vitest";
import { clientId } from "../plan/identity.ts";
import { defineParticipation } from "./participation.ts";

interface Heard {
  times: number;
  published: number;
}

const counting = defineParticipation<{ readonly from?: number }, Heard>({
  room: "participation",
  name: "counting",
  about: "Counts.",
  fights: [],
  options: { from: { kind: "number", default: 0, about: "where to begin" } },
  make: ({ from }) => ({
    init: () => ({ times: from, published: from }),
    correction: (heard, { client, version }) => {
      heard.times += 1;
      return 100 * heard.times + 10 * client + version;
    },
    publish: (heard) => {
      heard.published = heard.times;
    },
    discard: (heard) => {
      heard.times = heard.published;
    },
  }),
});

test("a correction is a part whose state only it can read", () => {
  const made = counting({ from: 4 });
  expect(made.part).toEqual({ room: "participation", name: "counting", options: { from: 4 } });
  const [one, other] = [made.init(), made.init()];
  expect(made.correction(one, { client: clientId(2), version: 3 })).toBe(523);
  expect(made.correction(one, { client: clientId(0), version: 3 })).toBe(603);
  made.publish?.(one);
  made.correction(one, { client: clientId(0), version: 4 });
  made.discard?.(one);
  expect(made.correction(one, { client: clientId(0), version: 4 })).toBe(704);
  // Two runs do not know of each other.
  expect(made.correction(other, { client: clientId(0), version: 0 })).toBe(500);
});
