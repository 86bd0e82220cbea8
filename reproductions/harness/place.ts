/**
 * Where an experiment and its results are kept.
 *
 * @module
 */

/** The files of an experiment, in the folder of the reproductions. */
export interface Place {
  readonly experiment: string;
  readonly result: string;
  /** The picture, where there is one. */
  readonly picture: string;
}

/** The place of "<room>/<method>", the experiment of a method, or of "<room>/<method>/<another>". */
export function placeOf(name: string): Place {
  const [room, method, another] = name.split("/");
  const folder = `${room}/${method}`;
  const result = another === undefined ? `${folder}/RESULT` : `${folder}/RESULT-${another}`;
  return { experiment: `${folder}/${another ?? "experiment"}.ts`, result: `${result}.md`, picture: `${result}.svg` };
}
