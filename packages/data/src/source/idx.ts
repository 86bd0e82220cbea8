/**
 * Your own data: four files in the IDX format, named as MNIST names them unless said otherwise.
 *
 * Trust: sizes, shapes and labels are checked; whether the labels are true is not.
 *
 * @module
 */
import { disk } from "#disk";
import { definePart, type PartFactory } from "@potluck/core";
import { loadIdxDataset } from "./idx-dataset.ts";
import { type DataSource, type ExampleLimits, limitOptions } from "./source.ts";

/** Options of {@link idx}. Files are looked up in the folder unless their paths are absolute. */
export interface IdxOptions extends ExampleLimits {
  /** The folder of the files, relative to the working directory; "." by default. */
  readonly folder?: string;
  /** Features to train on; "train-images-idx3-ubyte" by default. */
  readonly trainFeatures?: string;
  /** Labels to train on; "train-labels-idx1-ubyte" by default. */
  readonly trainLabels?: string;
  /** Held-out features; "t10k-images-idx3-ubyte" by default. */
  readonly testFeatures?: string;
  /** Held-out labels; "t10k-labels-idx1-ubyte" by default. */
  readonly testLabels?: string;
  /**
   * Number of classes, 2 … 256; null, the default, takes one more than the largest training label, if every label up
   * to it occurs.
   */
  readonly classes?: number | null;
}

/** The source `idx`. Throws Fault "option-invalid". */
export const idx: PartFactory<IdxOptions, DataSource> = definePart<IdxOptions, DataSource>({
  room: "data",
  name: "idx",
  about: "Your own data in four IDX files: features and labels, to train on and held out.",
  fights: [],
  options: {
    folder: { kind: "text", path: "folder", default: ".", about: "the folder of the files" },
    trainFeatures: {
      kind: "text",
      path: "file",
      default: "train-images-idx3-ubyte",
      about: "the file of features to train on",
    },
    trainLabels: {
      kind: "text",
      path: "file",
      default: "train-labels-idx1-ubyte",
      about: "the file of labels to train on",
    },
    testFeatures: {
      kind: "text",
      path: "file",
      default: "t10k-images-idx3-ubyte",
      about: "the file of held-out features",
    },
    testLabels: { kind: "text", path: "file", default: "t10k-labels-idx1-ubyte", about: "the file of held-out labels" },
    classes: { kind: "number", integer: true, minimum: 2, maximum: 256, default: null, about: "number of classes" },
    ...limitOptions,
  },
  make: ({ folder, trainFeatures, trainLabels, testFeatures, testLabels, ...rest }) => ({
    load: () =>
      loadIdxDataset({
        name: disk.nameOf(disk.resolve(folder)),
        trainFeatures: disk.resolve(folder, trainFeatures),
        trainLabels: disk.resolve(folder, trainLabels),
        testFeatures: disk.resolve(folder, testFeatures),
        testLabels: disk.resolve(folder, testLabels),
        ...rest,
      }),
  }),
});
