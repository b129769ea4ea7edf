import { assertEquals, assertStringIncludes } from "@std/assert";
import { claims } from "../../../../scripts/experiments/networks/language_model/claims.ts";
import type { Data, LanguageRun } from "../../../../scripts/experiments/networks/language_model/data.ts";
import { stored, verdicts } from "./stored.ts";

function dataOf(corpus: string, runs: readonly (Partial<LanguageRun> & { network: string })[]): Data {
  return stored({
    corpus,
    seed: 0,
    epochs: 2,
    batchSize: 10,
    chunk: 16,
    schedule: "cosine",
    clip: "globalNorm(1)",
    window: 35,
    tokens: 1000,
    vocabulary: ["a", "b"],
    share: 0.1,
    sets: ["valid"],
    trained: runs.map((r) => ({
      label: r.network,
      optimizer: "adam",
      learningRate: 1e-3,
      hyperparameters: {},
      steps: 10,
      parameters: 100,
      trainLoss: 1,
      perplexities: [],
      seconds: 1,
      ...r,
    })),
  });
}

Deno.test("language-model: a network has memorized the text if it predicts the whole window", () => {
  const of = (...recited: number[]) =>
    verdicts(claims(dataOf("embedded", recited.map((recited) => ({ network: "gru", recited })))));
  assertEquals(of(35, 34), ["holds", "contradicted"]);
});

Deno.test("language-model: an LSTM on Penn Treebank is judged by its lowest perplexity", () => {
  const of = (...valid: number[]) =>
    claims(dataOf("ptb", [{ network: "lstm", perplexities: valid.map((valid) => ({ valid })) }]));
  assertEquals(verdicts(of(300, 249)), ["holds"]);
  assertEquals(verdicts(of(249, 300)), ["holds"]);
  assertEquals(verdicts(of(300, 250)), ["contradicted"]);
  assertEquals(verdicts(of(NaN, NaN)), ["contradicted"]);
  assertStringIncludes(of(300, 249)[0]!.claim, "10% of Penn Treebank");
});

Deno.test("language-model: makes no claim on other corpora, nor without an LSTM", () => {
  assertEquals(claims(dataOf("wikitext-2", [{ network: "lstm", perplexities: [{ valid: 1 }] }])), []);
  assertEquals(claims(dataOf("ptb", [{ network: "gru", perplexities: [{ valid: 1 }] }])), []);
});
