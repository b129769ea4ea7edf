import { ops, type Optimizer, optimizer, perParameter } from "../../../../mod.ts";

/** The learning rate if the command line names none. */
export const learningRate = 2e-3;

/** The options that the command line may set: `my_rule.ts(beta=0.8)`. */
export const options = { beta: { kind: "number", range: "in [0, 1)", default: 0.9, schedule: false } };

/**
 * `m = beta m + (1 - beta) g;  u = -rate m / (|m| + 1e-3)`: steps that are as long for small gradients as for large
 * ones.
 */
export default function myRule(learningRate: number, { beta = 0.9 } = {}): Optimizer {
  const rule = perParameter({ m: 0 }, ({ g, m }, at) => {
    const next = ops.add(ops.mul(beta, m), ops.mul(1 - beta, g));
    const direction = ops.div(next, ops.add(ops.abs(next), 1e-3));
    return { u: ops.mul(at("rate", (s) => -s.learningRate), direction), m: next };
  });
  return optimizer({ name: "myRule", learningRate, rule });
}
