/** Compares the rounding of gradients with that of PyTorch's float32: see `tests/golden/zoo/README.md`. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { withLoss } from "../../models/loss.ts";
import { resnet } from "../../models/resnet.ts";
import { graphOf, type Model, withWeights } from "../../onnx/mod.ts";
import { momentum } from "../../optim/rules/momentum.ts";
import { flattenState } from "../../optim/state.ts";
import { trainingProgram } from "../../runtime/program/mod.ts";
import { median } from "../../stats/sample.ts";
import { floats, integers, weight } from "./formula.ts";
import golden from "../golden/zoo/precision.json" with { type: "json" };

interface Golden {
  readonly gradient: readonly number[];
  readonly largest: number;
}
const GRADIENTS = golden.gradients as Readonly<Record<string, Golden>>;
const EXAMPLES = 16;
const SHAPE = [3, 16, 16] as const;

function network(): Model {
  const model = withLoss(resnet({ image: SHAPE, depth: 14, outputs: 5 }), { loss: "cross-entropy" });
  const weights = [...graphOf(model).graph.initializers]
    .filter(([name]) => name in GRADIENTS || name.includes("running_"))
    .map(([name, { value }]) => [name, weight(name, value.shape as number[])] as const);
  return withWeights(model, Object.fromEntries(weights), { partial: true });
}

/** Returns the loss, and the gradients of all parameters: the velocities after one step of rate 1 from velocities of 0. */
async function gradients(block: "auto" | "none") {
  await using program = await trainingProgram({
    model: network(),
    optimizer: momentum({ learningRate: 1, momentum: 0.9 }),
    data: {
      x: floats(`x${golden.seed}`, [EXAMPLES, ...SHAPE]),
      target: integers("target", [EXAMPLES], 5),
    },
    batchSize: EXAMPLES,
    block,
  });
  const rows = Array.from({ length: EXAMPLES }, (_, i) => i);
  const { state, reports } = await program.run(program.init(), { rows, batchSize: EXAMPLES });
  const slots = Object.entries(flattenState(state.optimizer));
  return {
    loss: reports.loss![0]!,
    gradients: Object.fromEntries(slots.map(([n, t]) => [n.slice(n.indexOf("/") + 1), t.data])),
  };
}

/** Returns the largest difference of the stored elements of a gradient, relative to its largest element. */
function errorOf(gradient: ArrayLike<number>, { gradient: stored, largest }: Golden): number {
  const errors = stored.map((g, k) =>
    Math.abs(gradient[Math.floor(k * gradient.length / stored.length)]! - g) / largest
  );
  return Math.max(...errors);
}

for (const block of ["none", "auto"] as const) {
  Deno.test(`gradients of a ResNet with block "${block}" are as exact as PyTorch's in float32`, async () => {
    const own = await gradients(block);
    assertAlmostEquals(own.loss, golden.loss, 1e-6 * golden.loss);
    assertEquals(Object.keys(own.gradients).sort(), Object.keys(GRADIENTS).sort());
    const errors = Object.entries(GRADIENTS).map(([n, g]) =>
      [n, errorOf(own.gradients[n]! as Float32Array, g)] as const
    );
    const middle = median(errors.map(([, e]) => e));
    assert(
      middle <= 1.5 * golden.float32.median,
      `median error ${middle}, PyTorch's in float32 ${golden.float32.median}`,
    );
    for (const [name, error] of errors) {
      assert(
        error <= 3 * golden.float32.largest,
        `${name} is off by ${error} of its largest, PyTorch in float32 by ${golden.float32.largest} at most`,
      );
    }
  });
}
