/**
 * Where an experiment and its results are kept.
 *
 * @module
 */

/** The files of an experiment, in the folder of the reproductions. */
export interface Place {
  readonly experiment: string;
  readonly result: string;
}

/** The place of "<room>/<method>", the experiment of a method, or of "<room>/<method>/<another>". */
export function placeOf(name: string): Place {
  const [room, method, another] = name.split("/");
  const folder = `${room}/${method}`;
  if (another === undefined) return { experiment: `${folder}/experiment.ts`, result: `${folder}/RESULT.md` };
  return { experiment: `${folder}/${another}.ts`, result: `${folder}/RESULT-${another}.md` };
}
