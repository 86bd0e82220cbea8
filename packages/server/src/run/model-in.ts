/**
 * The file of a model of a run.
 *
 * @module
 */
import { writeSafetensors } from "@potluck/engine";
import type { RunResult } from "@potluck/scenario";
import type { NoModel, WantedModel } from "../http/runs-view.ts";

/** What of a result it takes. */
type Published = Pick<RunResult, "versions" | "model" | "modelFiles" | "layout" | "params">;

/** The file of a model of a run, or why there is none. */
export function modelIn(
  { versions, model, modelFiles, layout, params }: Published,
  { format, number }: WantedModel,
): Uint8Array | NoModel {
  if (versions === 0) return "missing";
  if (modelFiles === undefined) {
    if ((number ?? 0) > 0) return "unknown";
    return format === "onnx" ? model : writeSafetensors(layout, params, {});
  }
  if (number === null) return "several";
  if (format !== "onnx") return "onnx-only";
  return modelFiles[number] ?? "unknown";
}
