/**
 * The claims of `language-model`.
 *
 * @module
 */
import { byComparison, type Claim } from "../../../report/mod.ts";
import type { Data } from "./data.ts";

/** Decides the claims: of each network on the embedded text, of the LSTM on Penn Treebank; none otherwise. */
export function claims({ corpus, trained, window, share, tokens, vocabulary }: Data): Claim[] {
  if (corpus === "embedded") {
    return trained.map(({ network, recited }) => ({
      claim: `The ${network} learns ${window} tokens by heart.`,
      verdict: byComparison(recited === window),
      evidence: `from the first token on it says ${recited} of ${window} without an error`,
    }));
  }
  const lstm = trained.find((r) => r.network === "lstm");
  if (corpus !== "ptb" || lstm === undefined) return [];
  const perplexities = lstm.perplexities.map((p) => p.valid ?? NaN);
  return [{
    claim: `An LSTM on ${
      Number((100 * share).toPrecision(3))
    }% of Penn Treebank's words falls below a perplexity of 250 on its validation text.`,
    verdict: byComparison(Math.min(...perplexities) < 250),
    evidence: `${
      perplexities.at(-1)?.toFixed(1)
    } after ${perplexities.length} epochs on ${tokens} tokens, of a vocabulary of ${vocabulary.length}`,
  }];
}
