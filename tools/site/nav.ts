/**
 * The pages of the site and their order.
 *
 * @module
 */

/** A group of pages in the side bar. */
export interface Group {
  readonly title: string;
  /** The pages' files from the root of the repository, or names of generated pages that begin with `site:`. */
  readonly pages: readonly string[];
  /** Whether the group is closed at first. */
  readonly closed?: boolean;
}

/** The experiments with claims of the lecture; each has a page with its report. */
export const LECTURE = [
  "batch-size",
  "batched-hardware",
  "learning-rate",
  "annealing",
  "momentum",
  "local-minima",
  "sparse",
  "rnn",
  "adam",
  "tuning",
] as const;

/** The side bar. A page of `docs/` that no group names is appended to the last one. */
export const GROUPS: readonly Group[] = [
  {
    title: "Start here",
    pages: ["docs/getting_started.md", "docs/faq.md", "docs/glossary.md"],
  },
  {
    title: "Tutorials",
    pages: [
      "docs/tutorials/README.md",
      "docs/tutorials/your_own_data.md",
      "docs/tutorials/your_own_model.md",
      "docs/tutorials/your_own_optimizer.md",
      "docs/tutorials/schedules.md",
      "docs/tutorials/comparing.md",
      "docs/tutorials/sweeps.md",
      "docs/tutorials/devices.md",
      "docs/tutorials/second_order.md",
    ],
  },
  {
    title: "Cookbook",
    pages: [
      "docs/cookbook.md",
      "docs/how_to/set_hyper_parameters.md",
      "docs/how_to/find_a_learning_rate.md",
    ],
  },
  {
    title: "Coming from",
    pages: [
      "docs/from_pytorch.md",
      "docs/from_optax.md",
      "docs/from_tensorflow_js.md",
      "docs/names.md",
    ],
  },
  {
    title: "The lecture's claims",
    pages: [
      "docs/lecture.md",
      ...LECTURE.map((name) => `site:lecture/${name}`),
    ],
    closed: true,
  },
  {
    title: "Results",
    pages: [
      "site:gallery",
      "docs/reproductions.md",
      "docs/benchmark.md",
      "bench/README.md",
    ],
  },
  {
    title: "Reference",
    pages: [
      "docs/library.md",
      "site:api/index",
      "docs/optimizers.md",
      "docs/coverage.md",
    ],
  },
  {
    title: "Experiments",
    pages: [
      "docs/experiments.md",
      "docs/comparisons.md",
      "docs/sweeps.md",
      "docs/statistics.md",
      "docs/plots.md",
      "docs/checkpoints.md",
      "docs/tracking.md",
      "docs/curvature.md",
    ],
    closed: true,
  },
  {
    title: "Data, models, devices",
    pages: [
      "docs/data_sets.md",
      "docs/augmentation.md",
      "docs/networks.md",
      "docs/your_own_model.md",
      "docs/your_own_optimizer.md",
      "docs/lbfgs.md",
      "docs/devices.md",
      "docs/webgpu.md",
      "docs/kernels.md",
      "docs/memory.md",
    ],
    closed: true,
  },
  {
    title: "The project",
    pages: [
      "ARCHITECTURE.md",
      "docs/decisions/README.md",
      "CONTRIBUTING.md",
      "docs/how_to/add_an_optimizer.md",
      "docs/how_to/add_an_operator_rule.md",
      "docs/how_to/add_an_experiment.md",
      "RELEASE.md",
      "CHANGELOG.md",
    ],
    closed: true,
  },
];

/** Titles in the side bar of pages whose headings are long. */
export const TITLES: Readonly<Record<string, string>> = {
  "bench/README.md": "Speed beside PyTorch, JAX and others",
  "docs/benchmark.md": "Benchmark of optimizers",
  "docs/coverage.md": "Operators",
  "docs/tutorials/README.md": "All tutorials",
  "docs/names.md": "Names of torch.optim and Optax",
  "docs/your_own_model.md": "Which tensors are trained",
  "docs/your_own_optimizer.md": "Rules in detail",
};

/** Returns where a page is on the site, as a path of Markdown, such as `how_to/add_an_optimizer.md`. */
export function placeOf(file: string): string {
  if (file.startsWith("site:")) return `${file.slice("site:".length)}.md`;
  if (file === "README.md") return "index.md";
  if (file === "bench/README.md") return "bench.md";
  const path = file.startsWith("docs/") ? file.slice("docs/".length) : file.toLowerCase();
  return path.replace(/README\.md$/, "index.md");
}
