/**
 * The page of `language-model`.
 *
 * @module
 */
import { lines, type Page, type Plot } from "../../../report/mod.ts";
import { lossText, outcomeNote, outcomeText } from "../../../statistics/mod.ts";
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
  const classes = vocabulary.length;
  const notes = trained.map((r) => outcomeNote(Math.max(r.trainLoss, judgedLoss(r, sets)), { classes }));
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
        "note",
      ],
      rows: trained.map((r, i) => [
        r.network,
        String(r.parameters),
        r.optimizer,
        String(r.learningRate),
        String(r.steps),
        lossText(r.trainLoss),
        ...sets.map((s) => lastOf(r)[s]?.toPrecision(5) ?? ""),
        ...(r.recited === undefined ? [] : [String(r.recited)]),
        r.seconds.toFixed(1),
        notes[i] ?? "",
      ]),
      note: [
        `${tokens} tokens to learn from, ${vocabulary.length} of them different.`,
        "The training loss is the mean over the batches of the last epoch, each before its update.",
        ...outcomeText(notes, { classes }),
      ].join(" "),
    }],
    plots: [perplexityPlot(trained, sets)],
  };
}

/** Returns the perplexities after the last epoch. */
function lastOf({ perplexities }: LanguageRun): Readonly<Record<string, number>> {
  return perplexities.at(-1) ?? {};
}

/** Returns the loss on the first part of the text, by which models are chosen, after the last epoch. */
function judgedLoss(run: LanguageRun, [judged = ""]: Data["sets"]): number {
  return Math.log(lastOf(run)[judged] ?? NaN);
}

/** Returns the plot of the perplexities over the epochs. */
function perplexityPlot(trained: readonly LanguageRun[], sets: readonly string[]): Plot {
  const points = trained.flatMap(({ label, perplexities }) =>
    perplexities.flatMap((p, i) => sets.map((s) => ({ x: i + 1, y: p[s] ?? NaN, line: `${label}, ${s}` })))
  );
  return lines(points, { name: "perplexity", title: "Perplexity", x: "epoch", y: "perplexity", log: true });
}
