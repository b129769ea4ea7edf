/**
 * The rooms of the project: what each holds, and which rooms it may import. The layer test and the picture in
 * ARCHITECTURE.md read this table.
 *
 * A room is a folder. Other rooms import it only through its `mod.ts`. A room inside another may also import the files
 * in the folders around it.
 *
 * @module
 */

/** A room. */
export interface Room {
  /** Its content, in a sentence without a period. */
  readonly holds: string;
  /** The rooms and files that it may import; those around it may be imported without being listed. */
  readonly imports: readonly string[];
  /** Whether other rooms may import its files one by one; `false` by default: they import its `mod.ts`. */
  readonly open?: boolean;
}

/** The rooms and the files at the top level, by path; lower layers come first. */
export const ROOMS: Readonly<Record<string, Room>> = {
  "deps.ts": { holds: "the npm packages of the library", imports: [] },
  // A shelf as well, so that optimizers load the text of a line alone.
  display: { holds: "how notebooks show objects: bundles of media types, tables", imports: [], open: true },
  options: { holds: "checks of options, nearest names, the base class of errors", imports: [] },
  // A shelf: what needs arrays of 16-bit floats alone loads no access to files.
  host: {
    holds: "the program that runs the library: Deno, Node, Bun or a browser",
    imports: ["options"],
    open: true,
  },
  web: {
    holds: "ONNX Runtime in a page: only the npm package has it",
    imports: ["deps.ts", "host", "options"],
  },
  files: { holds: "reads, unpacks and replaces files", imports: ["host", "options"] },
  // A shelf, as optim/rules: one kind of numbers a file, so that a script loads what it uses.
  random: { holds: "random numbers: counter-based, and NumPy's", imports: ["options"], open: true },
  // A shelf as well: one statistic a file.
  stats: {
    holds: "statistics: tests, intervals, sizes of samples",
    imports: ["display", "options", "random"],
    open: true,
  },
  schedules: {
    holds: "learning-rate schedules, plateau annealing, the switch criterion",
    imports: ["options"],
  },
  "plots/style": {
    holds: "the colors and dashes of lines, by the rule that a line is named after",
    imports: [],
  },
  "plots/surface": {
    holds: "functions of two variables on a grid, and the heights of their contours",
    imports: [],
  },
  data: {
    holds: "data sets, file formats, splits, batches",
    imports: ["display", "random", "files", "deps.ts", "host", "options"],
  },
  // A shelf: one kind of plot a file.
  plots: {
    holds: "plots as specifications in Vega-Lite, and their files",
    imports: ["display", "deps.ts", "host", "options", "files", "stats", "plots/style", "plots/surface"],
    open: true,
  },
  "onnx/tensor": { holds: "element types, shapes, tensors", imports: ["host"] },
  "onnx/infer": { holds: "shape and value inference", imports: ["onnx/tensor"] },
  "onnx/proto": {
    holds: "ONNX files",
    imports: ["display", "deps.ts", "files", "host", "options", "onnx/tensor"],
  },
  "onnx/ir": {
    holds: "graphs, operator schemas, a method for each operator",
    imports: ["options", "onnx/tensor", "onnx/infer", "onnx/proto"],
  },
  "onnx/convert": {
    holds: "models into graphs and back",
    imports: ["deps.ts", "options", "onnx/tensor", "onnx/infer", "onnx/proto", "onnx/ir"],
  },
  "onnx/weights": {
    holds: "the weights in a model",
    imports: ["deps.ts", "options", "onnx/tensor", "onnx/proto", "onnx/convert"],
  },
  onnx: {
    holds: "ONNX graphs and models",
    imports: ["onnx/tensor", "onnx/infer", "onnx/proto", "onnx/ir", "onnx/convert", "onnx/weights"],
  },
  "autodiff/windows": { holds: "windows that slide over spatial axes", imports: ["onnx"] },
  "autodiff/forms": {
    holds: "which form of a gradient to write, by shapes and device",
    imports: ["onnx/tensor", "autodiff/windows"],
  },
  "autodiff/composites": {
    holds: "composite nodes, which stand for several operators, and their expansions",
    imports: ["onnx", "onnx/tensor", "autodiff/windows", "autodiff/forms"],
  },
  "autodiff/rules": {
    holds: "a differentiation rule for each operator",
    imports: [
      "onnx",
      "onnx/convert",
      "onnx/infer",
      "onnx/tensor",
      "autodiff/windows",
      "autodiff/forms",
      "autodiff/composites",
    ],
  },
  "autodiff/trained": {
    holds: "what of a model is trained",
    imports: ["options", "onnx", "onnx/convert", "onnx/proto", "onnx/tensor", "onnx/weights"],
  },
  "autodiff/tangents": {
    holds: "derivatives forward: the sweep, a tangent rule for each operator",
    imports: ["onnx", "onnx/tensor"],
  },
  "autodiff/products": {
    holds:
      "models of products with derivatives: of the Hessian, the Jacobian, Gauss-Newton and Fisher matrices",
    imports: ["options", "onnx", "onnx/convert", "autodiff/tangents", "autodiff/trained"],
  },
  autodiff: {
    holds: "the backward sweep, gradient models",
    imports: [
      "options",
      "onnx",
      "onnx/convert",
      "onnx/proto",
      "onnx/tensor",
      "onnx/weights",
      "autodiff/rules",
      "autodiff/tangents",
      "autodiff/trained",
      "autodiff/products",
    ],
  },
  "lowering/kernels": {
    holds: "the kernels of ONNX Runtime's providers for GPUs",
    imports: ["onnx", "onnx/ir", "onnx/tensor"],
  },
  "lowering/blocks": {
    holds: "convolutions and pools over channels cut into blocks",
    imports: ["onnx", "autodiff/windows"],
  },
  "lowering/layout": {
    holds: "the pass that keeps images in blocks of channels",
    imports: ["onnx", "onnx/tensor", "autodiff/windows", "autodiff/composites", "lowering/blocks"],
  },
  "lowering/accelerator": {
    holds: "loops written out, and operators without kernels replaced, for GPUs",
    imports: ["onnx", "onnx/ir", "onnx/tensor"],
  },
  lowering: {
    holds: "passes over the finished graph of a training step",
    imports: ["onnx", "onnx/ir", "autodiff/composites", "lowering/blocks", "lowering/layout"],
  },
  models: {
    holds: "networks, layers, initializers, losses",
    imports: ["options", "random", "onnx", "onnx/convert", "onnx/tensor"],
  },
  "optim/language": { holds: "the language of update rules", imports: ["options", "onnx", "onnx/tensor"] },
  "optim/graph": {
    holds: "update rules as graphs",
    imports: ["random", "onnx", "onnx/tensor", "optim/language"],
  },
  "optim/flat": {
    holds: "element-wise updates of many parameters as operations on one flat vector",
    imports: ["onnx", "onnx/tensor", "optim/language", "optim/graph"],
  },
  "optim/fused": {
    holds: "updates in fewer passes, for ONNX Runtime on a CPU",
    imports: ["onnx", "onnx/tensor", "optim/language", "optim/graph"],
  },
  "optim/host": {
    holds: "update rules on typed arrays",
    imports: ["onnx/tensor", "optim/language", "optim/graph"],
  },
  "optim/nesting": {
    holds: "rules within rules: prefixes, selection, groups",
    imports: ["options", "optim/language"],
  },
  "optim/matrices": {
    holds: "operators on matrices: products along an axis, eigenbases, inverse roots, blocks",
    imports: ["onnx", "onnx/tensor", "optim/language"],
  },
  // Shelves: one rule or transform a file, imported one by one, so that a script loads what it uses.
  "optim/rules": {
    holds: "a file for each update rule",
    imports: ["options", "onnx/tensor", "optim/language", "optim/nesting", "optim/matrices"],
    open: true,
  },
  "optim/transforms": {
    holds: "a file for each transform and wrapper",
    imports: ["options", "optim/language", "optim/nesting", "optim/rules"],
    open: true,
  },
  "optim/catalog": {
    holds: "the table of optimizers and transforms, and the declarations of their options",
    imports: ["options", "optim/nesting", "optim/rules", "optim/transforms"],
  },
  optim: {
    holds: "the optimizers that most trainings need",
    imports: [
      "display",
      "options",
      "onnx/tensor",
      "optim/language",
      "optim/graph",
      "optim/host",
      "optim/nesting",
      "optim/rules",
      "optim/transforms",
    ],
  },
  "optim/minimize": {
    holds: "methods that choose where to evaluate a function: L-BFGS, line searches",
    imports: ["display", "options", "onnx/tensor"],
  },
  "optim/rule.ts": {
    holds: "what one needs to write a rule",
    imports: ["optim/language", "optim/graph", "optim/matrices"],
  },
  "optim/all.ts": {
    holds: "all optimizers",
    imports: ["optim/catalog", "optim/minimize"],
  },
  "runtime/session": {
    holds: "sessions and devices",
    imports: ["deps.ts", "host", "options", "onnx", "onnx/tensor", "lowering/blocks", "lowering/accelerator"],
  },
  "runtime/augment": {
    holds: "random changes of a batch's examples",
    imports: ["options", "random", "onnx", "onnx/tensor"],
  },
  "runtime/program": {
    holds: "the training program: many steps in one run",
    imports: [
      "options",
      "random",
      "stats",
      "onnx",
      "onnx/convert",
      "onnx/ir",
      "onnx/tensor",
      "onnx/weights",
      "autodiff",
      "autodiff/composites",
      "autodiff/products",
      "autodiff/rules",
      "autodiff/trained",
      "lowering",
      "lowering/accelerator",
      "optim",
      "optim/language",
      "optim/flat",
      "optim/graph",
      "optim/fused",
      "runtime/augment",
      "runtime/session",
    ],
  },
  "runtime/evaluation": {
    holds: "evaluation over whole data sets",
    imports: [
      "options",
      "random",
      "onnx",
      "onnx/convert",
      "autodiff",
      "autodiff/trained",
      "optim",
      "optim/language",
      "runtime/session",
      "runtime/program",
    ],
  },
  "runtime/training": {
    holds: "training over epochs",
    imports: [
      "display",
      "plots",
      "options",
      "random",
      "onnx",
      "autodiff",
      "autodiff/trained",
      "optim",
      "optim/minimize",
      "schedules",
      "runtime/session",
      "runtime/program",
      "runtime/evaluation",
    ],
  },
  "runtime/checkpoint": {
    holds: "checkpoints and safetensors",
    imports: [
      "files",
      "host",
      "options",
      "onnx",
      "onnx/proto",
      "onnx/tensor",
      "optim",
      "schedules",
      "runtime/training",
    ],
  },
  runtime: {
    holds: "running and training",
    imports: [
      "runtime/augment",
      "runtime/session",
      "runtime/program",
      "runtime/evaluation",
      "runtime/training",
      "runtime/checkpoint",
    ],
  },
  curvature: {
    holds: "second derivatives of a loss over a data set: spectra, sharpness, landscapes",
    imports: [
      "deps.ts",
      "options",
      "random",
      "onnx",
      "onnx/convert",
      "onnx/ir",
      "onnx/tensor",
      "autodiff",
      "autodiff/products",
      "autodiff/trained",
      "lowering/accelerator",
      "optim",
      "runtime/session",
      "runtime/program",
    ],
  },
  "mod.ts": {
    holds: "what most scripts need",
    imports: [
      "deps.ts",
      "options",
      "random",
      "schedules",
      "data",
      "onnx",
      "autodiff",
      "models",
      "optim",
      "optim/matrices",
      "optim/catalog",
      "optim/minimize",
      "runtime",
    ],
  },
  examples: {
    holds: "scripts to start from",
    imports: ["mod.ts", "curvature", "plots", "random", "stats"],
    open: true,
  },
  "scripts/std": { holds: "the @std packages as adapters over npm", imports: [], open: true },
  "scripts/console": { holds: "output, errors, signals, file names", imports: ["files", "options"] },
  "scripts/notation": {
    holds: "optimizers, schedules and clips as text: calls with arguments",
    imports: ["scripts/console"],
  },
  "scripts/metrics": { holds: "metrics.csv", imports: ["files", "options", "scripts/console"] },
  "scripts/statistics": { holds: "statistics as texts", imports: ["stats"] },
  "scripts/inputs": {
    holds: "what a run reads: digests of files, data sets, models",
    imports: ["mod.ts", "files", "scripts/console"],
  },
  "scripts/report": {
    holds: "tables, plots, one HTML page",
    imports: ["plots/style", "plots/surface", "scripts/console", "scripts/metrics", "scripts/statistics"],
  },
  "scripts/decision": {
    holds: "claims decided by what was measured",
    imports: ["options", "stats", "scripts/report"],
  },
  "scripts/trackers": {
    holds: "other tools that get the metrics",
    imports: ["files", "options", "scripts/console", "scripts/metrics"],
  },
  "scripts/fetch": { holds: "downloads of data sets", imports: ["mod.ts", "files"] },
  "scripts/cli": {
    holds: "the command line",
    imports: [
      "mod.ts",
      "options",
      "scripts/console",
      "scripts/notation",
      "scripts/report",
      "scripts/trackers",
    ],
  },
  "scripts/lab/search": {
    holds: "search spaces of hyper-parameters, quasi-random settings",
    imports: ["mod.ts"],
  },
  "scripts/comparison": {
    holds: "comparisons of optimizers: data, tests, tables, plots",
    imports: [
      "stats",
      "options",
      "scripts/cli",
      "scripts/decision",
      "scripts/lab/search",
      "scripts/report",
      "scripts/statistics",
    ],
  },
  "scripts/baselines": {
    holds: "published runs of other projects, and whether ours agree",
    imports: ["stats", "scripts/comparison", "scripts/decision", "scripts/report", "scripts/statistics"],
  },
  "scripts/run": {
    holds: "run folders, checkpoints, resuming",
    imports: [
      "mod.ts",
      "options",
      "files",
      "deno.json",
      "scripts/cli",
      "scripts/console",
      "scripts/decision",
      "scripts/inputs",
      "scripts/metrics",
      "scripts/report",
      "scripts/statistics",
      "scripts/trackers",
    ],
  },
  "scripts/watch": {
    holds: "the live page",
    imports: ["files", "scripts/console", "scripts/metrics", "scripts/report", "scripts/run"],
  },
  "scripts/lab/optimizers": {
    holds: "optimizers, schedules and clips by name, from their text",
    imports: [
      "mod.ts",
      "options",
      "schedules",
      "scripts/cli",
      "scripts/console",
      "scripts/inputs",
      "scripts/notation",
    ],
  },
  "scripts/lab/problems": { holds: "problems without data", imports: ["mod.ts"] },
  "scripts/lab/tasks": {
    holds: "the registry of tasks: data sets by networks",
    imports: ["mod.ts", "scripts/cli", "scripts/console", "scripts/fetch", "scripts/inputs"],
  },
  "scripts/lab/own": {
    holds: "a user's own model and examples",
    imports: [
      "mod.ts",
      "options",
      "files",
      "onnx/tensor",
      "runtime/program",
      "scripts/cli",
      "scripts/comparison",
      "scripts/console",
      "scripts/inputs",
      "scripts/lab/tasks",
    ],
  },
  "scripts/lab": {
    holds: "what experiments share: optimizers, trainings, comparisons",
    imports: [
      "mod.ts",
      "curvature",
      "scripts/cli",
      "scripts/comparison",
      "scripts/console",
      "scripts/fetch",
      "scripts/inputs",
      "scripts/metrics",
      "scripts/report",
      "scripts/run",
      "scripts/statistics",
      "scripts/lab/optimizers",
      "scripts/lab/search",
      "scripts/lab/tasks",
    ],
  },
  "scripts/benchmark/deepobs": {
    holds: "the problems of DeepOBS",
    imports: [
      "mod.ts",
      "files",
      "scripts/console",
      "scripts/inputs",
      "scripts/lab",
      "scripts/lab/tasks",
    ],
  },
  "scripts/benchmark": {
    holds: "the problems of the benchmark",
    imports: [
      "mod.ts",
      "random",
      "scripts/console",
      "scripts/fetch",
      "scripts/inputs",
      "scripts/lab",
      "scripts/lab/problems",
      "scripts/lab/tasks",
      "scripts/benchmark/deepobs",
    ],
  },
  "scripts/sweep/tpe": {
    holds: "the tree-structured Parzen estimator, importance of options",
    imports: ["stats"],
  },
  "scripts/sweep": {
    holds: "sweeps, local or under Slurm",
    imports: [
      "scripts/sweep/tpe",
      "mod.ts",
      "files",
      "options",
      "deno.json",
      "scripts/console",
      "scripts/inputs",
      "scripts/lab/search",
      "scripts/metrics",
      "scripts/notation",
      "scripts/report",
      "scripts/run",
      "scripts/statistics",
    ],
  },
  "scripts/commands": {
    holds: "commands that are not experiments",
    imports: [
      "mod.ts",
      "options",
      "files",
      "scripts/cli",
      "scripts/console",
      "scripts/fetch",
      "scripts/inputs",
      "scripts/lab",
      "scripts/lab/own",
      "scripts/metrics",
      "scripts/report",
      "scripts/run",
      "scripts/statistics",
      "scripts/sweep",
      "scripts/trackers",
      "scripts/watch",
    ],
    open: true,
  },
  "scripts/experiments": {
    holds: "the experiments",
    imports: [
      "mod.ts",
      "curvature",
      "options",
      "files",
      "runtime/checkpoint",
      "scripts/baselines",
      "scripts/benchmark",
      "scripts/cli",
      "scripts/commands",
      "scripts/comparison",
      "scripts/console",
      "scripts/decision",
      "scripts/fetch",
      "scripts/inputs",
      "scripts/lab",
      "scripts/lab/own",
      "scripts/lab/problems",
      "scripts/lab/search",
      "scripts/lab/tasks",
      "scripts/notation",
      "scripts/report",
      "scripts/run",
      "scripts/statistics",
    ],
    open: true,
  },
  scripts: {
    holds: "the entry of the command line",
    imports: [
      "mod.ts",
      "options",
      "scripts/cli",
      "scripts/console",
      "scripts/experiments",
      "scripts/inputs",
      "scripts/metrics",
      "scripts/report",
      "scripts/run",
      "scripts/sweep",
      "scripts/trackers",
    ],
    open: true,
  },
  bench: {
    holds: "benchmarks",
    imports: [
      "mod.ts",
      "deps.ts",
      "deno.json",
      "optim/all.ts",
      "autodiff/windows",
      "lowering/blocks",
      "runtime/session",
      "stats",
      "scripts/console",
      "scripts/report",
    ],
    open: true,
  },
  playground: {
    holds: "a page that trains in the browser",
    imports: ["mod.ts", "plots/style", "scripts/lab/problems"],
  },
  tools: {
    holds: "generators of documents, tables and golden files",
    imports: [
      "mod.ts",
      "deno.json",
      "onnx",
      "onnx/ir",
      "onnx/tensor",
      "onnx/convert",
      "autodiff/rules",
      "lowering/kernels",
      "scripts/console",
      "scripts/experiments",
      "docs",
      "site",
      "tests",
      "bench",
    ],
    open: true,
  },
};

/** Returns the room of a file: the innermost folder in the table, or the file itself. */
export function roomOf(file: string): string | undefined {
  for (let path = file; path !== ""; path = path.slice(0, Math.max(0, path.lastIndexOf("/")))) {
    if (Object.hasOwn(ROOMS, path)) return path;
  }
  return undefined;
}
