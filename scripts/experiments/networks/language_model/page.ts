/**
 * The page of `language-model`.
 *
 * @module
 */
import { lines, type Page, type Plot } from "../../../report/mod.ts";
import type { Data, LanguageRun } from "./data.ts";

/** Lays out the runs, the table and the plot. */
export function page(data: Data): Page {
  const {
    corpus,
    seed,
    epochs,
    batchSize,
    chunk,
    schedule,
    clip,
    window,
    tokens,
    vocabulary,
    sets,
    trained,
  } = data;
  const embedded = corpus === "embedded";
  return {
    runs: trained.map((r) => ({
      model: r.network,
      optimizer: r.optimizer,
      learningRate: r.learningRate,
      hyperparameters: r.hyperparameters,
      seed,
      epochs,
      steps: r.steps,
      parameters: r.parameters,
      trainLoss: r.trainLoss,
      ...Object.fromEntries(sets.map((s) => [`${s}Perplexity`, lastOf(r)[s]])),
      ...(r.recited === undefined ? {} : { recited: r.recited }),
      seconds: r.seconds,
    })),
    results: { corpus, tokens, vocabulary: vocabulary.length },
    config: { epochs, batchSize, chunk, schedule, clip, window },
    files: [],
    tables: [{
      header: [
        "model",
        "parameters",
        "optimizer",
        "learning rate",
        "steps",
        "train loss",
        ...sets.map((s) => `${s} perplexity`),
        ...(embedded ? ["recited"] : []),
        "seconds",
      ],
      rows: trained.map((r) => [
        r.network,
        String(r.parameters),
        r.optimizer,
        String(r.learningRate),
        String(r.steps),
        r.trainLoss.toFixed(4),
        ...sets.map((s) => lastOf(r)[s]?.toPrecision(5) ?? ""),
        ...(r.recited === undefined ? [] : [String(r.recited)]),
        r.seconds.toFixed(1),
      ]),
      note: `${tokens} tokens to learn from, ${vocabulary.length} of them different. ` +
        "The training loss is the mean over the batches of the last epoch, each before its update.",
    }],
    plots: [perplexityPlot(trained, sets)],
  };
}

/** Returns the perplexities after the last epoch. */
function lastOf({ perplexities }: LanguageRun): Readonly<Record<string, number>> {
  return perplexities.at(-1) ?? {};
}

/** Returns the plot of the perplexities over the epochs. */
function perplexityPlot(trained: readonly LanguageRun[], sets: readonly string[]): Plot {
  const points = trained.flatMap(({ label, perplexities }) =>
    perplexities.flatMap((p, i) => sets.map((s) => ({ x: i + 1, y: p[s] ?? NaN, line: `${label}, ${s}` })))
  );
  return lines(points, { name: "perplexity", title: "Perplexity", x: "epoch", y: "perplexity", log: true });
}
