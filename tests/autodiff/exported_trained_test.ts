import { assert, assertEquals } from "@std/assert";
import { describeModel } from "../../autodiff/describe.ts";
import { withLoss } from "../../models/loss.ts";
import { parseModel, tensorOf, toFloat32 } from "../../onnx/mod.ts";
import { adam } from "../../optim/rules/adam.ts";
import { fit } from "../../runtime/training/fit.ts";
import { filesOf, GOLDEN, goldenBytes, withGoldenLoss } from "./exported.ts";

Deno.test("describeModel() trains exactly the tensors with PyTorch's parameters, in every golden model", () => {
  let counted = 0;
  for (const network of Object.keys(GOLDEN.networks)) {
    for (const file of filesOf(network)) {
      const { model, loss } = withGoldenLoss(network, toFloat32(parseModel(goldenBytes(file))));
      // The places of PyTorch's parameters were found by their numbers when the models were written.
      const { parameters } = GOLDEN.networks[network]!.files[file]!;
      const holding = new Set(
        Object.values(parameters).flatMap((places) => places.map((p) => p.initializer)),
      );
      const description = describeModel(model, { output: loss });
      const trained = description.parameters.filter((p) => p.constant === undefined).map((p) => p.name);
      assertEquals(trained.sort(), [...holding].sort(), file);
      assertEquals(description.hidden, [], file);
      // The embedding of gpt is also its output layer; both exporters store it twice.
      const twice = network === "gpt" && !file.includes("plain") ? 1 : 0;
      const said = (text: string) => description.warnings.filter((w) => w.includes(text)).length;
      assertEquals(said("hold the same numbers"), twice, file);
      const computed = /^(gpt-dynamo(-batch)?|vit-dynamo)\.onnx$/.test(file) ? 1 : 0;
      assertEquals(said("by the exporter"), computed, file);
      assertEquals(description.warnings.length, twice + computed, file);
      counted += trained.length;
    }
  }
  assert(counted > 2000);
});

Deno.test("fit() does not train the exponent of a power, whose training would give NaN", async () => {
  const bytes = Deno.readFileSync(new URL("models/pow_scalar.onnx", import.meta.url));
  const model = withLoss(parseModel(bytes), { loss: "mse" });
  const train = {
    x: tensorOf(Array.from({ length: 12 }, (_, i) => -1 + 2 * i / 11), [4, 3], "float32"),
    target: tensorOf(new Array(8).fill(0.1), [4, 2], "float32"),
  };
  const losses: number[] = [];
  const { state, leftOut } = await fit({
    model,
    optimizer: adam({ learningRate: 0.01 }),
    train,
    epochs: 3,
    batchSize: 4,
    onChunk: ({ records }) => losses.push(...records.map((r) => r.loss)),
  });
  assertEquals(Object.keys(state.params), ["w"]);
  assertEquals(leftOut, [{ name: "three", dtype: "float32", shape: [], constant: "exponent" }]);
  assertEquals(losses.length, 3);
  assert(losses.every(Number.isFinite), `${losses}`);
});
