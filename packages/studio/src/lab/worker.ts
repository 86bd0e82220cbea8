/**
 * The program of the worker that simulates for the Lab. It is told where its digits are first, and answers with the
 * catalogue of what can be chosen.
 *
 * @module
 */
import { definitions } from "@potluck/scenario";
import { config } from "zod";
import type { LabNews, LabOption, LabPart, LabRequest } from "./messages.ts";
import { labRuns } from "./runs.ts";

// The page is served with a policy that lets no text become a program, and looking whether it may is told as a breach.
config({ jitless: true });

const tell = (news: LabNews): void => postMessage(news, {});

addEventListener(
  "message",
  ({ data: setup }: MessageEvent<LabRequest>) => {
    if (setup.kind !== "open") return;
    const handle = labRuns(setup, tell);
    addEventListener("message", ({ data: request }: MessageEvent<LabRequest>) => handle(request));
    tell({ kind: "catalogue", parts: definitions().map(plainPart) });
  },
  { once: true },
);

/** The description without functions, which cannot be sent. */
function plainPart({ room, name, about, options }: ReturnType<typeof definitions>[number]): LabPart {
  const plain: Record<string, LabOption> = {};
  for (const [option, spec] of Object.entries(options)) {
    plain[option] = spec.kind === "part" ? { kind: spec.kind, about: spec.about } : spec;
  }
  return { room, name, about, options: plain };
}
