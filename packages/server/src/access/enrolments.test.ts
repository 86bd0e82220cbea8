import { CompactSign, UnsecuredJWT } from "jose";
import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type Enrolments, enrolmentsIn } from "./enrolments.ts";
import { sampleDatabase } from "./sample-database.ts";
import { openSigningKey } from "./signing-key.ts";
import { type TokenRequest, type Tokens, tokensIn } from "./tokens.ts";

const sample = sampleDatabase();
const now = (): number => sample.now;

interface Gate {
  readonly tokens: Tokens;
  readonly enrolments: Enrolments;
  readonly token: (request?: Partial<TokenRequest>) => Promise<string>;
  /** The code with which a device is refused; null where it is let in. */
  readonly admit: (device: string, token: string, run?: string) => Promise<string | null>;
}

function gate(isOpen = false): Gate {
  const { database } = sample;
  const tokens = tokensIn({ database, key: openSigningKey(sample.folder), now });
  const enrolments = enrolmentsIn({ database, tokens, now, isOpen });
  return {
    tokens,
    enrolments,
    token: async (request = {}) => {
      return (await tokens.create({ run: "", uses: null, note: "", ...request }, 60)).token;
    },
    admit: async (device, token, run = "r") => (await enrolments.admit({ device, token, run }))?.code ?? null,
  };
}

test("a token lets devices in, and a device that has come in needs none again, after a restart too", async () => {
  const { token, admit } = gate();
  const good = await token();
  expect(await admit("a", good)).toBeNull();
  expect(await admit("b", good)).toBeNull();
  expect(await admit("a", "")).toBeNull();
  sample.restart();
  const again = gate();
  expect(await again.admit("a", "")).toBeNull();
  expect(await again.admit("c", good)).toBeNull();
  expect(again.enrolments.of("r").map(({ device }) => device)).toEqual(["a", "b", "c"]);
});

describe("a device that is not known is refused", () => {
  test("without a token", async () => {
    expect(await gate().admit("a", "")).toBe("token-missing");
  });

  test("with a token that is over, to the second", async () => {
    const { token, admit } = gate();
    const good = await token();
    sample.now += 59.9;
    expect(await admit("a", good)).toBeNull();
    sample.now += 0.1;
    expect(await admit("b", good)).toBe("token-expired");
    expect(await admit("a", good)).toBeNull();
  });

  test("with a token that was taken back", async () => {
    const { tokens, token, admit } = gate();
    const good = await token();
    const [record] = tokens.all();
    expect(tokens.revoke(record?.id ?? "")).toBe(true);
    expect(tokens.revoke(record?.id ?? "")).toBe(false);
    expect(await admit("a", good)).toBe("token-revoked");
  });

  test("with a token for another run", async () => {
    const { token, admit } = gate();
    const narrow = await token({ run: "r" });
    expect(await admit("a", narrow, "s")).toBe("token-scope");
    expect(await admit("a", narrow, "r")).toBeNull();
    expect(await admit("a", "", "s")).toBe("token-missing");
  });

  test("with a token that is used up: each device counts once, and over restarts", async () => {
    const { tokens, token, admit } = gate();
    const two = await token({ uses: 2 });
    expect(await admit("a", two)).toBeNull();
    expect(await admit("a", two)).toBeNull();
    expect(await admit("a", two, "s")).toBeNull();
    expect(tokens.all()[0]?.used).toBe(1);
    expect(await admit("b", two)).toBeNull();
    sample.restart();
    expect(await gate().admit("c", two)).toBe("token-used-up");
    expect(await gate().admit("b", two, "s")).toBeNull();
  });

  test("with the last use of a token that others take at the same instant", async () => {
    const { token, admit } = gate();
    const one = await token({ uses: 1 });
    const codes = await Promise.all(["a", "b", "c", "d"].map(async (device) => admit(device, one)));
    expect(codes.filter((code) => code === null)).toHaveLength(1);
    expect(codes.filter((code) => code === "token-used-up")).toHaveLength(3);
  });

  test("with text that is no token, one that somebody else signed, one that nobody signed, or one of another kind", async () => {
    const { tokens, token, admit } = gate();
    const good = await token();
    const id = tokens.all()[0]?.id ?? "";
    const payload = new TextEncoder().encode(JSON.stringify({ jti: id, run: "", exp: sample.now + 1000 }));
    const stranger = generateKeyPairSync("ed25519").privateKey;
    const { privateKey } = openSigningKey(sample.folder);
    const typ = "potluck-enrolment";
    const forged = [
      "nonsense",
      `${good}x`,
      good.slice(0, -4),
      good.replace(/^[^.]+/, Buffer.from('{"alg":"none"}').toString("base64url")),
      new UnsecuredJWT({ jti: id }).encode(),
      await new CompactSign(payload).setProtectedHeader({ alg: "EdDSA", typ }).sign(stranger),
      await new CompactSign(payload).setProtectedHeader({ alg: "EdDSA", typ: "other" }).sign(privateKey),
      await new CompactSign(payload)
        .setProtectedHeader({ alg: "HS256", typ })
        .sign(openSigningKey(sample.folder).publicKey.export({ format: "der", type: "spki" })),
      await new CompactSign(new TextEncoder().encode("no JSON"))
        .setProtectedHeader({ alg: "EdDSA", typ })
        .sign(stranger),
      await new CompactSign(new TextEncoder().encode('{"jti":"unknown"}'))
        .setProtectedHeader({ alg: "EdDSA", typ })
        .sign(privateKey),
    ];
    for (const bad of forged) expect(await admit("a", bad), bad).toBe("token-invalid");
    expect(await admit("a", good)).toBeNull();
  });
});

test("many devices that come at once are all let in, in the order in which they come", async () => {
  const { tokens, token, admit } = gate();
  const some = await token({ uses: 300 });
  const devices = Array.from({ length: 400 }, (_, at) => `device ${at}`);
  const codes = await Promise.all(devices.map(async (device) => admit(device, some)));
  expect(codes.filter((code) => code === null)).toHaveLength(300);
  expect(codes.filter((code) => code === "token-used-up")).toHaveLength(100);
  expect(tokens.all()[0]?.used).toBe(300);
  sample.restart();
  expect(gate().enrolments.of("r")).toHaveLength(300);
});

test("a device that was sent away does not come back, with whatever token, also where everybody is let in", async () => {
  const { enrolments, token, admit } = gate();
  const good = await token();
  expect(await admit("a", good)).toBeNull();
  expect(enrolments.revoke("a")).toBe(true);
  expect(enrolments.revoke("a")).toBe(false);
  expect(await admit("a", good)).toBe("device-revoked");
  sample.restart();
  expect(await gate(true).admit("a", "")).toBe("device-revoked");
  expect(await gate(true).admit("b", "")).toBeNull();
});

test("a device that came in while everybody was let in is known when tokens are asked for", async () => {
  expect(await gate(true).admit("a", "")).toBeNull();
  expect(await gate().admit("a", "")).toBeNull();
  expect(await gate().admit("b", "")).toBe("token-missing");
});

test("tokens are not kept, only what they are good for", async () => {
  const { tokens, token } = gate();
  const good = await token({ run: "r", uses: 3, note: "the lab" });
  const [record] = tokens.all();
  expect(record).toMatchObject({ run: "r", uses: 3, used: 0, note: "the lab", revoked: null });
  expect(JSON.stringify(record)).not.toContain(good.split(".")[2]);
});
