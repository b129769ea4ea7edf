import { digits, fit, mlp, split, withLoss } from "../../../../mod.ts";
import myRule from "./my_rule.ts";

const { train, test } = split(digits(), { fractions: { test: 0.2 }, seed: 0 });
const inputs = (set: typeof train) => ({ x: { ...set.inputs.x!, scale: 1 / 16 }, target: set.inputs.y! });
const model = mlp({ inputs: 64, hidden: [32], outputs: 10, seed: 0 });
const { epochs } = await fit({
  model: withLoss(model, { loss: "cross-entropy" }),
  optimizer: myRule(2e-3),
  train: inputs(train),
  evaluate: { test: inputs(test) },
  metrics: ["loss", "accuracy"],
  epochs: 10,
  batchSize: 32,
});
for (const { epoch, metrics } of epochs) {
  console.log(`epoch ${epoch}: test accuracy ${(100 * metrics.test!.accuracy!).toFixed(1)} %`);
}
