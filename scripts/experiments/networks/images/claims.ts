/**
 * The claims of `lenet` and `cifar10`.
 *
 * @module
 */
import { byComparison, type Claim } from "../../../report/mod.ts";
import { percentText } from "../../../statistics/mod.ts";
import type { Data } from "./data.ts";

/** Decides the claim of `lenet`; none without a LeNet. */
export function lenetClaims({ trained }: Data): Claim[] {
  const net = trained.find((t) => t.run.model.startsWith("lenet"));
  if (net === undefined) return [];
  const { run, curve } = net;
  return [{
    claim: "LeNet classifies 99% of MNIST's test images after three epochs.",
    verdict: byComparison(run.testAccuracy >= 0.99 && curve.length <= 3),
    evidence: `${percentText(run.testAccuracy)} after ${curve.length} epochs with ${run.optimizer}. ` +
      "Test: at least 99%, after three epochs or fewer.",
  }];
}

/** Decides the claims of `cifar10`; none without a ResNet. */
export function cifar10Claims({ trained }: Data): Claim[] {
  const mlp = trained.find((t) => t.run.model === "mlp")?.run;
  const net = trained.find((t) => t.run.model.startsWith("resnet"));
  if (net === undefined) return [];
  const { run } = net;
  const losses = net.curve.map((e) => e.trainLoss);
  const falls = losses.every((l, i) => Number.isFinite(l) && (i === 0 || l < losses[i - 1]!));
  return [
    {
      claim: "A ResNet trains stably: the training loss falls in every epoch.",
      verdict: byComparison(falls),
      evidence: `${losses.map((l) => l.toFixed(3)).join(", ")}. Test: each below the one before.`,
    },
    ...(mlp === undefined ? [] : [{
      claim: "A ResNet beats an MLP.",
      verdict: byComparison(run.testAccuracy > mlp.testAccuracy),
      evidence: `test accuracy ${percentText(run.testAccuracy)} with ${run.parameters} parameters against ${
        percentText(mlp.testAccuracy)
      } with ${mlp.parameters}`,
    }]),
  ];
}
