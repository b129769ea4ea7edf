import { assert, assertEquals } from "@std/assert";
import { distanceOf, filesOf, GOLDEN, lossDistanceOf } from "./exported.ts";

/** Of the loss, relative; and of gradients, relative to the largest element of each. */
const BOUNDS = { loss: 1e-5, gradient: 1e-4 };

/** Networks with operators that have no rule yet: of these only the loss is compared. */
const PENDING = ["lenet", "resnet18", "resnet32", "vgg", "densenet", "mobilenetv2"];
PENDING.push("lstm", "gru", "tagger", "gpt", "vit", "vae", "unet");

Deno.test("the golden models are those of all networks by both exporters", () => {
  assertEquals(Object.keys(GOLDEN.networks).length, 14);
  for (const network of Object.keys(GOLDEN.networks)) {
    const variants = ["dynamo", "dynamo-plain", "script", "script-plain"];
    assertEquals(filesOf(network), variants.map((v) => `${network}-${v}.onnx`));
  }
});

for (const network of Object.keys(GOLDEN.networks)) {
  const pending = PENDING.includes(network);
  Deno.test(`gradientModel() finds the ${pending ? "loss" : "gradients"} of PyTorch in ${network}`, async () => {
    for (const file of filesOf(network)) {
      if (pending) {
        const loss = await lossDistanceOf(network, file);
        assert(loss <= BOUNDS.loss, `${file}: the loss differs by ${loss}`);
        continue;
      }
      const { loss, gradient, at, compared } = await distanceOf(network, file);
      assert(compared > 1);
      assert(loss <= BOUNDS.loss, `${file}: the loss differs by ${loss}`);
      assert(gradient <= BOUNDS.gradient, `${file}: the gradient of ${at} differs by ${gradient}`);
    }
  });
}
