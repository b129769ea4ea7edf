/**
 * Generates sparse bags of words: a few words occur in most documents, many in few.
 *
 * @module
 */
import { normal, uniform } from "../../../mod.ts";

/** Documents as sets of words, with their classes. */
export interface Documents {
  readonly words: number;
  /** For each document a 1 for each of its words, `[documents, words]`. */
  readonly x: Float32Array;
  /** For each document 0 or 1. */
  readonly y: BigInt64Array;
  readonly count: number;
}

/** The options of the generator. */
export interface DocumentsOptions {
  readonly documents: number;
  readonly words: number;
  /** Words drawn for each document, with replacement. */
  readonly length: number;
  readonly seed: number;
}

/**
 * Generates documents whose words follow Zipf's law: the probability of the k-th most frequent word is proportional to
 * `1 / k`. The class of a document is drawn from the sigmoid of the sum of its words' weights. The weights are normal, times
 * the fourth root of the rank, so that the informative words are rare.
 */
export function zipfDocuments({ documents, words, length, seed }: DocumentsOptions): Documents {
  const total = Array.from({ length: words }, (_, k) => 1 / (k + 1)).reduce((a, b) => a + b, 0);
  const below: number[] = [];
  let sum = 0;
  for (let k = 0; k < words; k++) below.push(sum += 1 / (k + 1) / total);
  const drawn = uniform({ seed, stream: "words" }, documents * length);
  const weights = normal({ seed, stream: "weights" }, words).map((w, k) => w * (k + 1) ** 0.25 / 2);
  const coins = uniform({ seed, stream: "classes" }, documents);
  const x = new Float32Array(documents * words);
  const y = new BigInt64Array(documents);
  for (let i = 0; i < documents; i++) {
    for (let j = 0; j < length; j++) x[i * words + wordAt(below, drawn[i * length + j]!)] = 1;
    let score = 0;
    for (let k = 0; k < words; k++) if (x[i * words + k] === 1) score += weights[k]!;
    y[i] = coins[i]! < 1 / (1 + Math.exp(-score)) ? 1n : 0n;
  }
  return { words, x, y, count: documents };
}

/** Returns the first word whose cumulative probability exceeds a number in [0, 1). */
function wordAt(below: readonly number[], u: number): number {
  let [low, high] = [0, below.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (below[middle]! > u) high = middle;
    else low = middle + 1;
  }
  return low;
}
