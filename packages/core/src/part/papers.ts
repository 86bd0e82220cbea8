/**
 * Papers that several methods come from.
 *
 * @module
 */
import type { Paper } from "./part.ts";

/** Federated averaging. */
export const fedAvgPaper: Paper = {
  authors: "McMahan, Moore, Ramage, Hampson, Agüera y Arcas",
  title: "Communication-efficient learning of deep networks from decentralized data",
  venue: "AISTATS 2017",
  link: "https://arxiv.org/abs/1602.05629",
};

/** FedOpt: adaptive optimizers on the server. */
export const fedOptPaper: Paper = {
  authors: "Reddi, Charles, Zaheer, Garrett, Rush, Konečný, Kumar, McMahan",
  title: "Adaptive federated optimization",
  venue: "ICLR 2021",
  link: "https://arxiv.org/abs/2003.00295",
};
