import { assert, assertEquals } from "@std/assert";
import { distanceOf, filesOf, GOLDEN } from "./exported.ts";

/** The allowed differences: of the loss, relative; of gradients, relative to the largest element of each. */
const BOUNDS = { loss: 1e-5, gradient: 1e-4 };

/** Networks with batch normalization in training form. */
const NORMALIZED = ["resnet18", "resnet32", "vgg", "densenet", "mobilenetv2"];

Deno.test("the golden models include all networks by both exporters", () => {
  assertEquals(Object.keys(GOLDEN.networks).length, 14);
  for (const network of Object.keys(GOLDEN.networks)) {
    const variants = ["dynamo", "dynamo-plain", "script", "script-plain", "dynamo-batch", "script-batch"];
    if (NORMALIZED.includes(network)) variants.push("script-train");
    if (network === "lenet") variants.push("dynamo-half", "script-half");
    assertEquals(filesOf(network), variants.map((v) => `${network}-${v}.onnx`));
  }
});

const TARGETS = ["cpu", "gpu"] as const;
for (
  const [network, target] of Object.keys(GOLDEN.networks).flatMap((n) => TARGETS.map((t) => [n, t] as const))
) {
  Deno.test(`gradientModel() for a ${target} gives the loss and the gradients of PyTorch for ${network}`, async () => {
    for (const file of filesOf(network)) {
      const { loss, gradient, at, compared } = await distanceOf(network, file, { target });
      assert(compared > 1);
      assert(loss <= BOUNDS.loss, `${file}: the loss differs by ${loss}`);
      assert(gradient <= BOUNDS.gradient, `${file}: the gradient of ${at} differs by ${gradient}`);
    }
  });
}
