/** The measurements of `landscape`: networks that differ by their shortcuts alone, and the plane around an end. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { curvatureOperator } from "../../../curvature/mod.ts";
import { describeModel, openSession, resnet, tensor, withLoss } from "../../../mod.ts";
import type { NetworkName } from "../../../scripts/experiments/curvature/landscape/data.ts";
import { around, measure, prepare } from "../../../scripts/experiments/curvature/landscape/measure.ts";
import { network } from "../../../scripts/experiments/curvature/landscape/network.ts";
import { allCommands } from "../../../scripts/experiments/registry.ts";
import { parseOptions } from "../../../scripts/cli/mod.ts";
import { UsageError } from "../../../scripts/console/mod.ts";
import { type Context, Lab } from "../../../scripts/run/mod.ts";

/** Returns the scores of a network of three layers for one image, by the definition. */
function scoresOf(
  name: NetworkName,
  parameters: Map<string, { shape: number[]; data: number[] }>,
  x: number[],
) {
  const layer = (from: readonly number[], of: string) => {
    const { shape: [outputs = 0, inputs = 0], data } = parameters.get(`${of}.weight`)!;
    return Array.from({ length: outputs }, (_, o) =>
      parameters.get(`${of}.bias`)!.data[o]! +
      from.reduce((sum, v, i) => sum + v * data[o * inputs + i]!, 0));
  };
  const first = layer(x, "first").map(Math.tanh);
  const second = layer(first, "hidden.1").map(Math.tanh);
  return layer(name === "shortcuts" ? second.map((v, i) => v + first[i]!) : second, "last");
}

Deno.test("landscape: the networks have the same parameters, and shortcuts add the input of a layer", async () => {
  const x = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i));
  const initial: string[] = [];
  for (const name of ["plain", "shortcuts"] as const) {
    const model = network(name, { architecture: "mlp", layers: 3, width: 5, seed: 3 });
    const parameters = new Map(
      model.graph!.initializer.filter((t) => t.name.includes(".")).map((t) => [t.name!, {
        shape: t.dims.map(Number),
        data: [...new Float32Array(Uint8Array.from(t.rawData!).buffer)],
      }]),
    );
    initial.push(JSON.stringify([...parameters]));
    assertEquals(describeModel(model).parameters.length, 6);
    await using session = await openSession(model);
    const { y } = await session.run({
      x: tensor(x, [1, 64]),
      target: tensor(BigInt64Array.of(0n), [1]),
    });
    scoresOf(name, parameters, [...x]).forEach((v, i) =>
      assertAlmostEquals(Number(y!.data[i]), v, 1e-5, name)
    );
  }
  assertEquals(initial[0], initial[1]);
});

async function optionsOf(...args: string[]) {
  const { options } = parseOptions(["landscape", ...args], await allCommands());
  return options;
}

/** Measures with the arguments given. */
async function measured(...args: string[]) {
  const options = await optionsOf(...args);
  const context = { options, progress: () => {}, lab: new Lab() } as unknown as Context;
  return await measure(prepare(options), context);
}

Deno.test("landscape: a small run has the end in the middle of each plane, and repeats with its seeds", async () => {
  const once = () => measured("--seeds", "2", "--epochs", "1", "--layers", "4", "--grid", "3");
  const [data, again] = [await once(), await once()];
  assertEquals(data, again);
  assertEquals(data.runs.map((r) => [r.network, r.seed]), [["plain", 0], ["plain", 1], ["shortcuts", 0], [
    "shortcuts",
    1,
  ]]);
  for (const { loss, plane, extremes, testAccuracy, diverged } of data.runs) {
    assert(!diverged && loss > 0 && testAccuracy > 0.1);
    assertEquals(plane.map((row) => row.length), [3, 3, 3]);
    assertAlmostEquals(plane[1]![1]!, loss, 1e-6);
    assert(plane[0]![0]! !== plane[2]![2]!);
    assertEquals(extremes.length, 9);
    assert(extremes.every(({ least, largest }) => largest > least));
  }
});

Deno.test("landscape: --network resnet takes residual networks of batch normalization and ReLU", async () => {
  for (const name of ["plain", "shortcuts"] as const) {
    const own = network(name, { architecture: "resnet", layers: 8, width: 2, seed: 3 });
    const options = {
      image: [1, 8, 8],
      depth: 8,
      width: 2,
      seed: 3,
      shortcuts: name === "shortcuts",
    } as const;
    assertEquals(own, withLoss(resnet(options), { loss: "cross-entropy" }));
  }
  const { title, config, train, test } = prepare(await optionsOf("--network", "resnet", "--layers", "8"));
  assertEquals(title, "ResNet of 8 layers, 4 to 16 channels, 300 digits");
  assertEquals([train.x.shape, test.x.shape], [[300, 1, 8, 8], [1497, 1, 8, 8]]);
  const model = network("shortcuts", { ...config, width: 2, seed: 0 });
  await using operator = await curvatureOperator({ model, data: train });
  const { loss, plane, extremes } = await around(operator, {
    point: operator.point,
    seed: 0,
    config: { at: [-1, 0, 1], curvatureAt: [0] },
  });
  assertAlmostEquals(plane[1]![1]!, loss, 1e-6);
  assert(plane[0]![0]! !== plane[2]![2]!);
  assert(extremes[0]!.largest > extremes[0]!.least);
  const wrong = await optionsOf("--network", "resnet", "--layers", "9");
  assertThrows(
    () => prepare(wrong),
    UsageError,
    "--layers must be 6 n + 2 of resnet, such as 8, 20 or 32, got 9",
  );
});
