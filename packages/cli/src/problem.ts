/**
 * What went wrong with a command: for people in words, for programs as an object, and as an exit code.
 *
 * @module
 */
import { Fault, type FaultCode } from "@potluck/core";
import { CommanderError } from "commander";
import { exitCodes } from "./exit-codes.ts";

/** Why a command could not do what it was asked to. */
export interface Problem {
  /** The code of a fault, "usage" for a wrong command line, "bug" for a mistake in Potluck. */
  readonly code: FaultCode | "usage" | "bug";
  /** What was wrong, and where. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
  readonly exitCode: number;
  /** All of that for people; empty where they have been told already. */
  readonly text: string;
}

/** What the error that ended a command means to its user. */
export function problemOf(error: unknown): Problem {
  if (error instanceof CommanderError) return usageProblem(error);
  if (error instanceof Fault) return faultProblem(error);
  return bugProblem(error);
}

/** The parser has written its message by itself. */
function usageProblem({ message }: CommanderError): Problem {
  const { usage: exitCode } = exitCodes;
  return { code: "usage", message: message.replace(/^error: /, ""), remedy: "Try --help.", exitCode, text: "" };
}

function faultProblem({ code, message, remedy }: Fault): Problem {
  const text = `\nerror: ${message}\n${remedy}\n(${code}; see docs/reference/faults.md)\n`;
  return { code, message, remedy, exitCode: exitCodes.fault, text };
}

function bugProblem(error: unknown): Problem {
  const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
  const remedy = "This is a mistake in Potluck, not in your input. Please report it";
  const text = `\n${remedy} with these lines:\n${stack}\n`;
  return { code: "bug", message, remedy: `${remedy}.`, exitCode: exitCodes.bug, text };
}
