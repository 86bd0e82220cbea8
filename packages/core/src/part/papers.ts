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

/** The general theory of asynchronous schemes, and FedFix. */
export const fedFixPaper: Paper = {
  authors: "Fraboni, Vidal, Kameni, Lorenzi",
  title: "A general theory for federated optimization with asynchronous and heterogeneous clients updates",
  venue: "JMLR 2023",
  link: "https://arxiv.org/abs/2206.10189",
};

/** FedAsync. */
export const fedAsyncPaper: Paper = {
  authors: "Xie, Koyejo, Gupta",
  title: "Asynchronous federated optimization",
  venue: "OPT 2020 (arXiv 2019)",
  link: "https://arxiv.org/abs/1903.03934",
};

/** FedBuff. */
export const fedBuffPaper: Paper = {
  authors: "Nguyen, Malik, Zhan, Yousefpour, Rabbat, Malek, Huba",
  title: "Federated learning with buffered asynchronous aggregation",
  venue: "AISTATS 2022",
  link: "https://arxiv.org/abs/2106.06639",
};

/** Anarchic federated learning. */
export const anarchicPaper: Paper = {
  authors: "Yang, Zhang, Khanduri, Liu",
  title: "Anarchic federated learning",
  venue: "ICML 2022",
  link: "https://arxiv.org/abs/2108.09875",
};

/** Unlimited staleness. */
export const unlimitedStalenessPaper: Paper = {
  authors: "Wang, Gao",
  title: "Tackling intertwined data and device heterogeneities in federated learning with unlimited staleness",
  venue: "AAAI 2025",
  link: "https://arxiv.org/abs/2309.13536",
};

/** Error feedback, and signs with a scale. */
export const errorFeedbackPaper: Paper = {
  authors: "Karimireddy, Rebjock, Stich, Jaggi",
  title: "Error feedback fixes SignSGD and other gradient compression schemes",
  venue: "ICML 2019",
  link: "https://arxiv.org/abs/1901.09847",
};

/** SCAFFOLD: control variates. */
export const scaffoldPaper: Paper = {
  authors: "Karimireddy, Kale, Mohri, Reddi, Stich, Suresh",
  title: "SCAFFOLD: stochastic controlled averaging for federated learning",
  venue: "ICML 2020",
  link: "https://arxiv.org/abs/1910.06378",
};

/** SCALLION and SCAFCOM: control variates with compressed messages. */
export const controlledPaper: Paper = {
  authors: "Huang, Li, Li",
  title: "Stochastic controlled averaging for federated learning with communication compression",
  venue: "ICLR 2024",
  link: "https://arxiv.org/abs/2308.08165",
};

/** Sketches of updates: count sketch and the subsampled randomised Hadamard transform. */
export const sketchingPaper: Paper = {
  authors: "Song, Wang, Yu, Zhang",
  title: "Sketching for first order method: efficient algorithm for low-bandwidth channel and vulnerability",
  venue: "ICML 2023",
  link: "https://arxiv.org/abs/2210.08371",
};
