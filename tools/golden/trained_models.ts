/**
 * Trains golden models for a few steps and writes the results: each model and its outputs here, which
 * `check_trained.py` compares with another runtime.
 *
 *     deno run -A tools/golden/trained_models.ts FOLDER [network ...]
 */
import { numbersOf, openSession, type Tensor, tensorOf, writeModel } from "../../mod.ts";
import { filesOf, GOLDEN } from "../../tests/autodiff/exported.ts";
import { trainGolden } from "../../tests/runtime/trained.ts";

const [folder, ...networks] = Deno.args;
if (folder === undefined) throw new Error("which folder to write to?");
await Deno.mkdir(folder, { recursive: true });

const plain = (t: Tensor) => ({ dtype: t.dtype, shape: t.shape, data: numbersOf(t) });

for (const network of networks.length > 0 ? networks : Object.keys(GOLDEN.networks)) {
  // The tagger's batch is not the first dimension of all its inputs, as training programs require.
  if (network === "tagger") continue;
  for (const file of filesOf(network)) {
    const { after, losses, feeds } = await trainGolden(network, file, 5);
    const half = file.includes("half");
    const inputs = Object.fromEntries(
      Object.entries(feeds).map(([n, t]) => [n, half ? tensorOf(numbersOf(t), t.shape, "float16") : t]),
    );
    await writeModel(`${folder}/${file}`, after);
    await using session = await openSession(after);
    const outputs = await session.run(inputs);
    const seen = {
      losses,
      inputs: Object.fromEntries(Object.entries(inputs).map(([n, t]) => [n, plain(t)])),
      outputs: Object.fromEntries(Object.entries(outputs).map(([n, t]) => [n, plain(t)])),
    };
    await Deno.writeTextFile(`${folder}/${file.replace(".onnx", ".json")}`, JSON.stringify(seen));
    console.log(file, losses.map((l) => l.toPrecision(5)).join(" "));
  }
}
