/**
 * What the presets have in common: models of the literature by name, whose sizes can be changed. Their parameters are
 * called like those of the same models in PyTorch; see the modules of `fixtures/models.py`.
 *
 * @module
 */
import type { Key } from "@potluck/core";

/** Options of presets that tell classes of images apart. */
export interface ImagePresetOptions {
  /** The channels, height and width of an image. */
  readonly input?: readonly [channels: number, height: number, width: number];
  /** The number of classes, ≥ 1; 10 unless given. */
  readonly classes?: number;
  /** The random key of the initial parameters: the same key gives the same bits. */
  readonly key: Key;
}

/** Options of presets that predict the next token of a text. */
export interface TextPresetOptions {
  /** The number of tokens, ≥ 1. */
  readonly vocabulary: number;
  /** The number of tokens of one example, ≥ 1. */
  readonly length: number;
  /** The random key of the initial parameters: the same key gives the same bits. */
  readonly key: Key;
}

/** The images of MNIST and those of CIFAR. */
export const MNIST_SHAPE = [1, 28, 28] as const;
export const CIFAR_SHAPE = [3, 32, 32] as const;
