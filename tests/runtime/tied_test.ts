import { assert, assertEquals, assertThrows } from "@std/assert";
import { describeModel } from "../../autodiff/describe.ts";
import { untieModel } from "../../autodiff/prepare.ts";
import { withLoss } from "../../models/loss.ts";
import { type Model, readModel, tensorOf, withInitializers } from "../../onnx/mod.ts";
import { adam } from "../../optim/rules/adam.ts";
import { fit, type FitOptions } from "../../runtime/fit.ts";

/** What PyTorch does to networks whose fresh parameters are equal: `tools/golden/tied_models.py`. */
interface Golden {
  readonly rate: number;
  readonly epsilon: number;
  readonly networks: Readonly<
    Record<string, { parameters: number; losses: number[]; x: number[]; y: number[] }>
  >;
}

const FOLDER = new URL("../golden/tied/", import.meta.url);
const GOLDEN: Golden = JSON.parse(Deno.readTextFileSync(new URL("golden.json", FOLDER)));

const read = (file: string): Model => readModel(Deno.readFileSync(new URL(`${file}.onnx`, FOLDER)));

/** The losses before each of 20 steps over the same examples, and what `fit` returns. */
async function trained(network: string, model: Model, options: Partial<FitOptions> = {}) {
  const { x, y } = GOLDEN.networks[network]!;
  const losses: number[] = [];
  const result = await fit({
    model,
    optimizer: adam({ learningRate: GOLDEN.rate, epsilon: GOLDEN.epsilon }),
    train: { x: tensorOf(x, "float32", [4, 3, 8]), target: tensorOf(y, "float32", [4, 3, 8]) },
    epochs: 20,
    batchSize: 4,
    onChunk: ({ records }) => losses.push(...records.map((r) => r.loss)),
    ...options,
  });
  return { losses, result };
}

function furthest(losses: readonly number[], right: readonly number[]): number {
  assertEquals(losses.length, right.length);
  return Math.max(...losses.map((v, i) => Math.abs(v - right[i]!) / right[i]!));
}

for (const [network, { losses: right, parameters }] of Object.entries(GOLDEN.networks)) {
  for (const exporter of ["dynamo", "script"]) {
    const plain = read(`${network}-${exporter}`);
    const model = withLoss(plain, { loss: "mse" });

    Deno.test(`fit() with untie gives PyTorch's losses over 20 steps: ${network}, ${exporter}`, async () => {
      const { losses, result } = await trained(network, model, { untie: true });
      assertEquals(Object.keys(result.state.params).length, parameters);
      assertEquals(result.warnings, []);
      const distance = furthest(losses, right);
      assert(distance < 1e-3, `the losses differ by ${distance}`);
      // The weights fit the untied model, with its loss or without.
      const written = withInitializers(untieModel(plain), result.state.params);
      assertEquals(
        describeModel(written).parameters.filter((p) => p.constant === undefined).length,
        parameters,
      );
    });

    Deno.test(`fit() says which initializers stand for several parameters: ${network}, ${exporter}`, async () => {
      const { losses, result } = await trained(network, model);
      const described = describeModel(model);
      const standing = described.parameters.filter((p) => p.constant === undefined);
      assertEquals(standing.reduce((sum, p) => sum + (p.standsFor ?? 1), 0), parameters);
      const tied = standing.filter((p) => p.standsFor !== undefined);
      assert(tied.length > 0);
      assertEquals(described.warnings, result.warnings);
      assertEquals(result.warnings.length, tied.length);
      for (const [i, p] of tied.entries()) {
        assert(
          result.warnings[i]!.includes(`'${p.name}' stands for ${p.standsFor} parameters`),
          result.warnings[i],
        );
      }
      const distance = furthest(losses, right);
      assert(distance > 1e-3, `tied parameters should train otherwise, the losses differ by ${distance}`);
    });
  }
}

Deno.test("untieModel() leaves a module that is called twice tied, and takes names", () => {
  for (const exporter of ["dynamo", "script"]) {
    const shared = read(`shared-${exporter}`);
    const names = (m: Model) => m.graph!.initializer.map((t) => t.name);
    const added = names(untieModel(shared)).filter((n) => !names(shared).includes(n));
    assertEquals(added, ["block.first.bias_2", "block.first.bias_3", "block.first.bias_4"]);
    assertEquals(names(untieModel(shared, ["block.first.bias"])), names(untieModel(shared)));
    assertEquals(untieModel(untieModel(shared)), untieModel(shared));
    assertThrows(() => untieModel(shared, ["block.norm.weight"]), RangeError, "'block.norm.weight'");
  }
});
