/**
 * The online problems of `reddi2018`.
 *
 * @module
 */
import { adam, amsgrad, type Optimizer } from "../../../../mod.ts";
import { periodic, play, stochastic, theorem1 } from "../../../lab/problems/mod.ts";
import { type OnlineRun, PERIODIC, type RULES, STOCHASTIC, THEOREM1 } from "./data.ts";

/** The constant of theorem 1: any number above 2. */
const C = 3;

/** A rule's settings for a problem; its rate is `alpha / sqrt(t)`. */
interface Settings {
  readonly alpha: number;
  readonly beta1: number;
  readonly beta2: number;
}

const options = ({ alpha, ...betas }: Settings) => ({
  ...betas,
  learningRate: (count: number) => alpha / Math.sqrt(count + 1),
});

/** The rules: Adam, the three forms of AMSGrad, and Adam with a longer memory. */
const MAKERS: Readonly<Record<typeof RULES[number], (settings: Settings) => Optimizer>> = {
  adam: (settings) => adam({ ...options(settings), epsilon: 0 }),
  "amsgrad (paper)": (settings) => amsgrad({ ...options(settings), variant: "paper" }),
  "amsgrad (pytorch)": (settings) => amsgrad({ ...options(settings), variant: "pytorch", epsilon: 0 }),
  "amsgrad (optax)": (settings) => amsgrad({ ...options(settings), variant: "optax", epsilon: 0 }),
  "adam, beta2 0.9999": (settings) => adam({ ...options(settings), beta2: 0.9999, epsilon: 0 }),
};

/** The options of the games. */
export interface OnlineOptions {
  readonly steps: number;
  readonly seeds: readonly number[];
  readonly progress: (done: number, of: number, what: string) => void;
}

/** The games: the two rules in question play to the end, their variants only as long as needed. */
function games({ steps, seeds }: Pick<OnlineOptions, "steps" | "seeds">) {
  const half = Math.ceil(steps / 2);
  const fifth = Math.ceil(steps / 5);
  return Object.entries(MAKERS).flatMap(([rule, make]) => {
    const main = rule === "adam" || rule === "amsgrad (paper)";
    const longer = rule.endsWith("0.9999");
    return [
      {
        rule,
        problems: [periodic],
        optimizer: make({ alpha: 0.5, beta1: 0.9, beta2: 0.99 }),
        steps: main ? steps : fifth,
        seeds: [undefined],
        name: PERIODIC,
      },
      // The mean slope is small compared with the noise: smaller rates would need more rounds than are played.
      ...(main || longer
        ? [{
          rule,
          problems: seeds.map(stochastic),
          optimizer: make({ alpha: 1, beta1: 0.9, beta2: 0.99 }),
          steps: half,
          seeds,
          name: STOCHASTIC,
        }]
        : []),
      ...(longer ? [] : [{
        rule,
        problems: [theorem1(C)],
        optimizer: make({ alpha: 0.5, beta1: 0, beta2: 1 / (1 + C * C) }),
        steps: Math.min(steps, 20_000),
        seeds: [undefined],
        name: THEOREM1,
      }]),
    ];
  });
}

/** Plays all problems with the rules. */
export async function onlineRuns({ steps, seeds, progress }: OnlineOptions): Promise<OnlineRun[]> {
  const runs: OnlineRun[] = [];
  const all = games({ steps, seeds });
  const total = all.reduce((sum, game) => sum + game.steps, 0);
  let before = 0;
  for (const game of all) {
    const plays = await play(game.problems, {
      optimizer: game.optimizer,
      steps: game.steps,
      async onProgress(done) {
        progress(before + done, total, `${game.name}, ${game.rule}`);
        // The progress bar is drawn between two turns of the event loop.
        await new Promise((resolve) => setTimeout(resolve));
      },
    });
    plays.forEach((play, i) => {
      const seed = game.seeds[i];
      runs.push({
        problem: game.name,
        rule: game.rule,
        steps: game.steps,
        ...(seed === undefined ? {} : { seed }),
        play,
      });
    });
    before += game.steps;
  }
  return runs;
}
