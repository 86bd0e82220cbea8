/**
 * CIFAR-100: 50,000 colour images of 32 x 32 pixels to train on and 10,000 held out, in 100 fine classes, which make up
 * 20 coarse ones of five each.
 *
 * The files are those of the "binary version" at https://www.cs.toronto.edu/~kriz/cifar.html.
 *
 * Krizhevsky, "Learning multiple layers of features from tiny images", technical report, University of Toronto, 2009.
 * https://www.cs.toronto.edu/~kriz/learning-features-2009-TR.pdf
 *
 * @module
 */
import { disk } from "#disk";
import { definePart, type PartFactory } from "@potluck/core";
import { CIFAR100_COARSE_CLASSES, CIFAR100_FINE_CLASSES } from "./cifar-classes.ts";
import { type CifarFormat, loadCifar } from "./cifar-file.ts";
import { type DataSource, type ExampleLimits, limitOptions } from "./source.ts";

/** Options of {@link cifar100}. */
export interface Cifar100Options extends ExampleLimits {
  /** The folder of train.bin and test.bin, relative to the working directory. */
  readonly dir: string;
  /** Which labels are learnt: the 100 fine ones, the default, or the 20 coarse ones. */
  readonly labels?: "fine" | "coarse";
}

const FINE: CifarFormat = { labelBytes: 2, labelAt: 1, classNames: CIFAR100_FINE_CLASSES };
const COARSE: CifarFormat = { labelBytes: 2, labelAt: 0, classNames: CIFAR100_COARSE_CLASSES };

/** The source `cifar100`. Throws Fault "option-invalid"; loading rejects with "file-missing" or "file-corrupt". */
export const cifar100: PartFactory<Cifar100Options, DataSource> = definePart<Cifar100Options, DataSource>({
  room: "data",
  name: "cifar100",
  about: "Colour images of a hundred kinds of things: 50,000 to train on and 10,000 held out.",
  fights: [],
  paper: {
    authors: "Krizhevsky",
    title: "Learning multiple layers of features from tiny images",
    venue: "technical report, University of Toronto 2009",
    link: "https://www.cs.toronto.edu/~kriz/learning-features-2009-TR.pdf",
  },
  options: {
    dir: { kind: "text", path: "folder", about: "the folder of the .bin files" },
    labels: { kind: "choice", of: ["fine", "coarse"], default: "fine", about: "100 fine classes or 20 coarse ones" },
    ...limitOptions,
  },
  make: ({ dir, labels, ...limits }) => ({
    load: () =>
      loadCifar({
        name: "cifar100",
        dir: disk.resolve(dir),
        format: labels === "fine" ? FINE : COARSE,
        trainFiles: ["train.bin"],
        testFile: "test.bin",
        ...limits,
      }),
  }),
});
