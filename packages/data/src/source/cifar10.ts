/**
 * CIFAR-10: 50,000 colour images of 32 x 32 pixels to train on, in five files, and 10,000 held out, in ten classes.
 *
 * The files are those of the "binary version" at https://www.cs.toronto.edu/~kriz/cifar.html. Files to train on that
 * are not there are left out, and the name of the dataset then says which were read.
 *
 * Krizhevsky, "Learning multiple layers of features from tiny images", technical report, University of Toronto, 2009.
 * https://www.cs.toronto.edu/~kriz/learning-features-2009-TR.pdf
 *
 * @module
 */
import { disk } from "#disk";
import { definePart, type PartFactory } from "@potluck/core";
import { CIFAR10_CLASSES } from "./cifar-classes.ts";
import { loadCifar } from "./cifar-file.ts";
import { type DataSource, type ExampleLimits, limitOptions } from "./source.ts";

/** Options of {@link cifar10}. */
export interface Cifar10Options extends ExampleLimits {
  /** The folder of data_batch_1.bin … data_batch_5.bin and test_batch.bin, relative to the working directory. */
  readonly dir: string;
}

const TRAIN_FILES = [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.bin`);

/** The source `cifar10`. Throws Fault "option-invalid"; loading rejects with "file-missing" or "file-corrupt". */
export const cifar10: PartFactory<Cifar10Options, DataSource> = definePart<Cifar10Options, DataSource>({
  room: "data",
  name: "cifar10",
  about: "Colour images of ten kinds of things: 50,000 to train on and 10,000 held out.",
  fights: [],
  paper: {
    authors: "Krizhevsky",
    title: "Learning multiple layers of features from tiny images",
    venue: "technical report, University of Toronto 2009",
    link: "https://www.cs.toronto.edu/~kriz/learning-features-2009-TR.pdf",
  },
  options: { dir: { kind: "text", path: "folder", about: "the folder of the .bin files" }, ...limitOptions },
  make: ({ dir, ...limits }) => ({
    load: () =>
      loadCifar({
        name: "cifar10",
        dir: disk.resolve(dir),
        format: { labelBytes: 1, labelAt: 0, classNames: CIFAR10_CLASSES },
        trainFiles: TRAIN_FILES,
        testFile: "test_batch.bin",
        ...limits,
      }),
  }),
});
