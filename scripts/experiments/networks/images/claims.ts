/**
 * The claims of `lenet` and `cifar10`.
 *
 * @module
 */
import { accuracy, type Asked, decided, decideShares, shareInterval } from "../../../decision/mod.ts";
import { byComparison, type Claim } from "../../../report/mod.ts";
import { countOf, percentText } from "../../../statistics/mod.ts";
import type { Data } from "./data.ts";

/** The epochs that the claim of `lenet` is about. */
const EPOCHS = 3;

/** Decides the claim of `lenet`; none without a LeNet. */
export function lenetClaims({ trained, config: { tested } }: Data): Claim[] {
  const net = trained.find((t) => t.run.model.startsWith("lenet"));
  if (net === undefined) return [];
  const { run, curve: { length: epochs } } = net;
  const { low, high } = shareInterval(run.testAccuracy, tested);
  const reached = run.testAccuracy >= 0.99;
  // A shorter training that falls short, or a longer one, tells nothing of three epochs.
  const measured = epochs === EPOCHS || (epochs < EPOCHS && reached);
  return [{
    claim: "LeNet classifies 99% of MNIST's test images after three epochs.",
    ...(measured
      ? { verdict: byComparison(reached) }
      : { verdict: "undecided", needs: { text: `--epochs ${EPOCHS} would decide.`, seeds: null } }),
    evidence:
      `${percentText(run.testAccuracy)} after ${countOf(epochs, "epoch")} with ${run.optimizer}; of new ` +
      `images ${percentText(low)} to ${
        percentText(high)
      } (95 %, Wilson's interval over ${tested} test images). ` +
      "Test: at least 99% of these images, after three epochs or fewer.",
  }];
}

/** Decides the claims of `cifar10`; none without a ResNet. */
export function cifar10Claims({ trained, config: { tested } }: Data, asked: Asked = {}): Claim[] {
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
    ...(mlp === undefined ? [] : [
      decided(
        "A ResNet beats an MLP.",
        decideShares(
          { name: "the MLP", a: run.testAccuracy, b: mlp.testAccuracy, n: tested },
          accuracy(asked),
        ),
        `Test accuracy ${percentText(run.testAccuracy)} with ${run.parameters} parameters against ${
          percentText(mlp.testAccuracy)
        } with ${mlp.parameters}. The ResNet less`,
      ),
    ]),
  ];
}
