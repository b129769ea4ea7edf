import { assert, assertEquals } from "@std/assert";
import { type Tensor, tensor } from "../../onnx/mod.ts";
import { adagrad } from "../../optim/adagrad.ts";
import { adam } from "../../optim/adam.ts";
import { amsgrad } from "../../optim/amsgrad.ts";
import { applyUpdates } from "../../optim/apply_updates.ts";
import type { Optimizer } from "../../optim/optimizer.ts";
import { rmsprop } from "../../optim/rmsprop.ts";
import { sgd } from "../../optim/sgd.ts";

const GOLDEN = new URL("../golden/optim/", import.meta.url);

type Values = Record<string, number[]>;

interface Golden {
  version: string;
  cases: {
    name: string;
    // deno-lint-ignore no-explicit-any -- hyper-parameters under PyTorch's own names
    hyper: Record<string, any>;
    tensors: string[];
    params: Record<string, Values>;
  }[];
}

interface Gradients {
  kept: number[];
  shapes: Record<string, number[]>;
  params: Values;
  sequence: { grads: Values }[];
}

function read<T>(name: string): T {
  return JSON.parse(Deno.readTextFileSync(new URL(name, GOLDEN)));
}

/** The library's optimiser for PyTorch's hyper-parameters; `null` for a rule that the library does not have. */
const MAKERS: Readonly<Record<string, (h: Golden["cases"][number]["hyper"]) => Optimizer | null>> = {
  sgd: (h) =>
    sgd({
      learningRate: h.lr,
      momentum: h.momentum,
      dampening: h.dampening,
      nesterov: h.nesterov,
      weightDecay: h.weight_decay,
      maximize: h.maximize,
    }),
  adam: (h) => {
    // Decoupled decay is AdamW's rule.
    if (h.decoupled_weight_decay) return null;
    const [beta1, beta2] = h.betas;
    const options = {
      learningRate: h.lr,
      beta1,
      beta2,
      epsilon: h.eps,
      weightDecay: h.weight_decay,
      maximize: h.maximize,
    };
    return h.amsgrad ? amsgrad(options) : adam(options);
  },
  rmsprop: (h) =>
    rmsprop({
      learningRate: h.lr,
      decay: h.alpha,
      epsilon: h.eps,
      weightDecay: h.weight_decay,
      momentum: h.momentum,
      centered: h.centered,
      maximize: h.maximize,
    }),
  adagrad: (h) =>
    adagrad({
      learningRate: h.lr,
      lrDecay: h.lr_decay,
      weightDecay: h.weight_decay,
      initialAccumulator: h.initial_accumulator_value,
      epsilon: h.eps,
      maximize: h.maximize,
    }),
};

const gradients = read<Gradients>("grads.json");

function tensors(values: Values, names: readonly string[]): Record<string, Tensor> {
  return Object.fromEntries(
    names.map((n) => [n, tensor(Float64Array.from(values[n]!), gradients.shapes[n]!)]),
  );
}

/** How many cases each file holds that the library must follow: a file that shrinks would pass unseen. */
const COUNTS: Record<string, number> = {};

for (const [name, make] of Object.entries(MAKERS)) {
  const golden = read<Golden>(`torch/${name}.json`);
  COUNTS[name] = 0;
  for (const c of golden.cases) {
    const opt = make(c.hyper);
    if (opt === null) continue;
    COUNTS[name]++;
    Deno.test(`${opt.name}() follows PyTorch ${golden.version}'s ${name}, ${c.name}, to 1e-12`, () => {
      let params = tensors(gradients.params, c.tensors);
      let state = opt.init(params);
      gradients.sequence.forEach(({ grads }, k) => {
        const [updates, next] = opt.update(tensors(grads, c.tensors), state, params);
        params = applyUpdates(params, updates) as Record<string, Tensor>;
        state = next;
        if (!gradients.kept.includes(k + 1)) return;
        for (const n of c.tensors) {
          const expected = c.params[k + 1]![n]!;
          const scale = Math.max(1, ...expected.map(Math.abs));
          expected.forEach((v, i) => {
            const error = Math.abs(Number(params[n]!.data[i]) - v) / scale;
            assert(error <= 1e-12, `${n}[${i}] after step ${k + 1}: ${params[n]!.data[i]}, PyTorch has ${v}`);
          });
        }
      });
    });
  }
}

Deno.test("the stored trajectories of PyTorch hold the cases that they should", () => {
  assertEquals(COUNTS, { sgd: 9, adam: 10, rmsprop: 7, adagrad: 6 });
});
