// %% [markdown]
// # Compare optimizers
//
// Which of three update rules is best on the digits, by how much, and could it be chance? Each rule gets a learning rate from a
// small search, then five seeds; the same seeds make pairs.

// %%
import {
  adam,
  digits,
  mlp,
  momentum,
  openTrainer,
  type Optimizer,
  rmsprop,
  split,
  withLoss,
} from "../mod.ts";
import { lines, profiles, table } from "../plots/mod.ts";
import { comparePaired, mean, targetTime } from "../stats/mod.ts";

const rules = { adam, momentum, rmsprop };
const names = Object.keys(rules) as (keyof typeof rules)[];

// %% [markdown]
// A trainer is opened once for the model and the data. It compiles a program for each rule, and reuses it for every learning
// rate and seed.

// %%
const { train, validation } = split(digits(), { fractions: { validation: 0.2 }, seed: 1 });
const inputs = (set: typeof train) => ({ x: { ...set.inputs.x, scale: 1 / 16 }, target: set.inputs.y });
const network = (seed: number) =>
  withLoss(mlp({ inputs: 64, hidden: [32], outputs: 10, seed }), { loss: "cross-entropy" });
const trainer = await openTrainer({
  model: network(0),
  train: inputs(train),
  evaluate: { validation: inputs(validation) },
  metrics: ["loss", "accuracy"],
  batchSize: 32,
});

async function losses(optimizer: Optimizer, { seed, epochs }: { seed: number; epochs: number }) {
  const options = { initial: network(seed), seed, epochs, remainder: "drop" } as const;
  const result = await trainer.train({ ...options, optimizer });
  return result.epochs.map(({ metrics }) => metrics.validation!);
}

// %% [markdown]
// ## The learning rates
//
// Four epochs with each rate; the lowest loss on the validation set decides.

// %%
const grid = [1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1];
export const search: Record<string, number[]> = {};
for (const name of names) {
  search[name] = [];
  for (const learningRate of grid) {
    const records = await losses(rules[name]({ learningRate }), { seed: 0, epochs: 4 });
    search[name].push(records.at(-1)!.loss!);
  }
}
lines(Object.fromEntries(names.map((name) => [name, { x: grid, y: search[name]! }])), {
  title: "Loss after four epochs, by learning rate",
  x: "learning rate",
  y: "validation loss",
  log: true,
  logX: true,
  marks: true,
});

// %%
export const rates = Object.fromEntries(
  names.map((name) => [name, grid[search[name]!.indexOf(Math.min(...search[name]!))]!]),
);
table(names.map((name) => ({ rule: name, "learning rate": rates[name], loss: Math.min(...search[name]!) })), {
  title: "The best rate of each rule",
});

// %% [markdown]
// ## Five seeds
//
// A seed chooses the initial weights and the order of the examples. The bands reach from the least to the greatest loss.

// %%
const seeds = [1, 2, 3, 4, 5];
const runs: Record<string, Record<string, number>[][]> = {};
for (const name of names) {
  runs[name] = [];
  for (const seed of seeds) {
    runs[name].push(await losses(rules[name]({ learningRate: rates[name]! }), { seed, epochs: 12 }));
  }
}
await trainer.close();

const overSeeds = (name: string, of: (values: number[]) => number) =>
  runs[name]![0]!.map((_, epoch) => of(runs[name]!.map((run) => run[epoch]!.loss!)));
lines(
  Object.fromEntries(names.map((name) => [name, {
    y: overSeeds(name, mean),
    low: overSeeds(name, (values) => Math.min(...values)),
    high: overSeeds(name, (values) => Math.max(...values)),
  }])),
  { title: "Validation loss, mean of five seeds", x: "epoch", y: "loss", log: true },
);

// %% [markdown]
// ## Is the difference real?
//
// With five pairs the exact test by signs has a least p of 2 / 32: it cannot reach 0.05, however large the difference. The
// interval shows how large it may be. More seeds decide ([statistics](../docs/statistics.md)).

// %%
export const accuracies = Object.fromEntries(
  names.map((name) => [name, runs[name]!.map((run) => run.at(-1)!.accuracy!)]),
);
export const comparison = comparePaired(accuracies.momentum!, { with: accuracies.adam! });
comparison;

// %% [markdown]
// ## How fast?
//
// Epochs until the validation loss is below 0.2, for each seed: the share of seeds on which a rule needs at most τ times the
// epochs of the fastest.

// %%
const target = 0.2;
const epochsTo = (run: Record<string, number>[]) => {
  const { time, reached } = targetTime(run.map((record) => record.loss!), { target });
  return reached ? time : Infinity;
};
export const costs = Object.fromEntries(names.map((name) => [name, runs[name]!.map(epochsTo)]));
profiles(costs, { title: "Performance profile: epochs to a loss of 0.2" });
