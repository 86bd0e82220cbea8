/**
 * Which parts of the catalogue the Lab can run.
 *
 * @module
 */

/** Those that it cannot, each with the reason. */
export const untried: Readonly<Record<string, string>> = {
  "data/cifar10": "it reads files",
  "data/cifar100": "it reads files",
  "data/csv": "it reads a file",
  "data/idx": "it reads files",
  "data/shakespeare": "it reads a file",
  "fleet/serverless": "it reads a file",
  "fleet/trace": "it reads a file",
  "model/onnx": "it reads a file",
  "model/char-rnn": "it reads characters, and the Lab has no text",
  "loss/binary-cross-entropy": "it takes two classes, and the scenes of the Lab have more",
};

/** Whether it can run a part. */
export function isTried(room: string, name: string): boolean {
  return !(`${room}/${name}` in untried);
}
