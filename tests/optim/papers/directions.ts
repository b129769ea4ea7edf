/**
 * Directions of rules as links, from the rules' own transcriptions: an update divided by minus its rate.
 *
 * @module
 */
import * as adaptive from "./adaptive.ts";
import { type Case, type Cases, ETA, type Paper, perElement, perTensor } from "./base.ts";
import * as elements from "./elements.ts";
import { galore } from "./matrices.ts";
import * as tensors from "./tensors.ts";
import { polyak } from "./whole.ts";

/** The direction of a rule. @param rate the rate of its transcription */
function turned(rule: Paper, rate = ETA): Paper {
  return (start) => {
    const run = rule(start);
    return {
      update: (step) =>
        Object.fromEntries(Object.entries(run.update(step)).map(([n, u]) => [n, u.map((x) => x / -rate)])),
    };
  };
}

function link(rule: Paper, options: object = {}, more: Omit<Case, "options" | "paper"> = {}): Case {
  return { options, paper: turned(rule), ...more };
}

/** Shazeer, Stern 2018, Algorithm 4 without clipping, where the first and the last axis are the two of more than 1. */
const factoredRms = perTensor((w0, shape) => {
  const [rows, columns] = [shape[0] ?? 1, shape.at(-1) ?? 1];
  const [row, col] = [new Array<number>(rows).fill(0), new Array<number>(columns).fill(0)];
  const v = w0.map(() => 0);
  const mean = (x: readonly number[]) => x.reduce((a, b) => a + b, 0) / x.length;
  return (g, _, t) => {
    const fresh = t ** -0.8;
    const squares = g.map((x) => x * x + 1e-30);
    if (shape.length < 2) {
      return g.map((x, i) => x / Math.sqrt(v[i] = (1 - fresh) * v[i]! + fresh * squares[i]!));
    }
    for (let r = 0; r < rows; r++) {
      row[r] = (1 - fresh) * row[r]! + fresh * mean(squares.slice(r * columns, (r + 1) * columns));
    }
    for (let c = 0; c < columns; c++) {
      col[c] = (1 - fresh) * col[c]! + fresh * mean(squares.filter((_, i) => i % columns === c));
    }
    return g.map((x, i) => x / Math.sqrt(row[Math.floor(i / columns)]! * col[i % columns]! / mean(row)));
  };
});

/** Descent along the gradient, for parameters that are no matrices. */
const pass: Paper = perElement(() => (g) => -ETA * g);

/** The cases of this file. */
export const CASES: Cases = {
  "scaleByAdam()": link(adaptive.adam()),
  "scaleByAdam() of the lecture": link(adaptive.adam({ placement: "inside" }), {
    epsilonPlacement: "inside",
  }),
  "scaleByAdam() with other betas": link(adaptive.adam({ beta1: 0.5, beta2: 0.9 }), {
    beta1: 0.5,
    beta2: 0.9,
  }),
  "scaleByNadam()": link(adaptive.nadam(true)),
  "scaleByNadam() of Optax": link(adaptive.nadam(false), { form: "optax" }),
  "scaleByAmsgrad()": link(adaptive.adam({ ams: "pytorch" })),
  "scaleByAmsgrad() of Optax": link(adaptive.adam({ ams: "optax" }), { variant: "optax" }),
  "scaleByAdamax()": link(adaptive.adamax),
  "scaleByRadam()": link(adaptive.radam),
  "scaleByBelief()": link(adaptive.adabelief, {}),
  "scaleByYogi()": link(adaptive.yogi),
  "scaleByAdan()": link(adaptive.adan),
  "scaleByAdemamix()": link(adaptive.ademamix),
  "scaleByAdopt()": link(adaptive.adopt),
  "scaleByMuon()": link(tensors.muon(pass, 0), {}, {
    nan: "tensor",
    bounds: { float32: 1e-2, float64: 1e-5 },
  }),
  "scaleByRms()": link(elements.rmsprop({})),
  "scaleByRms() of the lecture": link(elements.rmsprop({ alpha: 0.9, inside: true }), {
    decay: 0.9,
    epsilonPlacement: "inside",
  }),
  "scaleByStddev()": link(elements.rmsprop({ centered: true })),
  "scaleByRss()": link(elements.adagrad(false, 1e-10)),
  "scaleByRss() of the lecture": link(elements.adagrad(true, 1e-8, { start: 0.1 }), {
    epsilon: 1e-8,
    epsilonPlacement: "inside",
    initialAccumulator: 0.1,
  }),
  "scaleByAdadelta()": { options: {}, paper: turned(elements.adadelta, 1) },
  "scaleByFactoredRms()": { options: { minDimSizeToFactor: 1 }, paper: factoredRms, nan: "tensor" },
  "scaleBySm3()": link(tensors.sm3, {}, { nan: "tensor" }),
  "scaleByAcprop()": link(adaptive.acprop(false), { epsilon: 1e-3, epsilonRoot: 1e-3 }),
  "scaleByAcprop() of Optax": link(adaptive.acprop(true), {
    epsilon: 1e-3,
    epsilonRoot: 1e-3,
    form: "optax",
  }),
  "scaleByGalore()": link(galore("left"), { rank: 1, updateProjGap: 7 }, { nan: "tensor" }),
  "scaleByMadgrad()": { options: { learningRate: ETA }, paper: turned(elements.madgrad({}), 1) },
  "scaleBySimplifiedAdemamix()": link(adaptive.simplifiedAdemamix(10), { alpha: 10 }, {
    // Parameters of some hundreds come back to less than 1.
    bounds: { float32: 1e-4 },
  }),
  "scaleBySign()": link(elements.sign(0)),
  "scaleByLion()": link(elements.lion(0)),
  "scaleByRprop()": { options: { learningRate: ETA }, paper: turned(elements.rprop, 1) },
  "scaleByNovograd()": link(tensors.novograd, { weightDecay: 0.1 }, { nan: "tensor" }),
  "scaleByPolyak()": { options: {}, paper: turned(polyak, 1) },
};
