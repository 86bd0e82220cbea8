/**
 * Faults of the outside world: wrong input, missing files, broken data. Every fault has a code from the one
 * registry below, a sentence that says what was wrong and where, and one that says what to do. The page
 * `docs/reference/faults.md` has an entry for every code; a test holds the two together.
 *
 * @module
 */

/** Every fault code with the general case it stands for. */
export const faultCodes = {
  "option-invalid": "an option is unknown, missing, of the wrong type or out of range",
  "part-unknown": "a scenario names a part that does not exist",
  "plan-contradiction": "two parts of a plan contradict each other",
  "scenario-invalid": "a scenario file does not describe a scenario",
  "checkpoint-invalid": "a checkpoint is damaged, or of another run",
  "file-missing": "a file that was named does not exist or cannot be read",
  "file-corrupt": "a file exists but its content is not what its format promises",
  "data-missing": "a dataset is not installed",
  "data-invalid": "data does not fit the model or the partition that was asked for",
  "model-invalid": "a model file is not a model that can be run",
  "model-unsupported": "a model uses something that cannot be trained yet",
  "parameters-folded": "an exporter folded parameters of a module, so that they cannot be given back to it",
  "training-failed": "a training task could not be carried out",
  "output-unwritable": "results cannot be written where they should go",
  "run-exists": "an output folder already holds a run",
  "folder-in-use": "another process works with a data folder",
  "store-corrupt": "what a coordinator has written down cannot be read",
  "request-refused": "a coordinator does not do what it was asked to",
  "connection-failed": "a coordinator cannot be reached, or lets a client in no more",
  "run-missing": "a run that was named is not in the store, or its results are not",
} as const;

/** The code of a fault: stable, machine-readable, documented. */
export type FaultCode = keyof typeof faultCodes;

/** A fault of the outside world. `message` says what and where; `remedy` says what to do about it. */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly code: FaultCode;
  readonly remedy: string;

  constructor(code: FaultCode, message: string, remedy: string) {
    super(message);
    this.code = code;
    this.remedy = remedy;
  }
}
