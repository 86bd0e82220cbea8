/**
 * PyTorch in a process of its own, which takes steps when it is asked to. See `engine-pytorch.py`.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pythons } from "./python.ts";

/** PyTorch, ready to take steps. */
export interface PyTorch {
  readonly version: string;
  /** Takes `steps` steps of plain descent on a model; resolves when they are done. */
  readonly step: (model: "mlp" | "cnn" | "gpt", steps: number) => Promise<void>;
  readonly close: () => void;
}

/** PyTorch of the Python that the environment variable PYTHON names, `python3` by default; null where there is none. */
export async function startPyTorch(): Promise<PyTorch | null> {
  const [python = "python3"] = pythons();
  const child = spawn(python, [join(import.meta.dirname, "engine-pytorch.py")], { stdio: ["pipe", "pipe", "ignore"] });
  const lines = createInterface({ input: child.stdout });
  child.on("error", () => {
    lines.close();
  });
  const answers = lines[Symbol.asyncIterator]();
  const line = async (): Promise<string | null> => {
    const { done, value } = await answers.next();
    return done === true ? null : value;
  };
  const version = await line();
  if (version === null) return null;
  return {
    version,
    step: async (model, steps) => {
      child.stdin.write(`${model} ${steps}\n`);
      if ((await line()) === null) throw new Error("PyTorch has ended");
    },
    close: () => child.kill(),
  };
}
