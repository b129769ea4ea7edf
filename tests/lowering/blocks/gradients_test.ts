import { assert } from "@std/assert";
import {
  type Block,
  conv,
  fromBlocks,
  inputGradient,
  toBlocks,
  weightGradient,
} from "../../../lowering/blocks/mod.ts";
import { stripsFor } from "../../../lowering/blocks/examples.ts";
import { hasBlockedGradient } from "../../../lowering/blocks/input_gradient.ts";
import { buildModel, type Graph, type Value } from "../../../onnx/mod.ts";
import fc from "../../deps/fast_check.ts";
import {
  axis,
  blockGraph,
  blockTest,
  distance,
  LEVELS,
  operands,
  random,
  reference,
  run,
  type Sizes,
} from "./blocks.ts";
import { openSession } from "../../../runtime/session/mod.ts";

/** Cuts into blocks, after zero channels up to a multiple of 4 where the runtime needs them. */
function blocked(g: Graph, x: Value, block: Block): Value {
  const more = -(x.shape![1] as number) & 3;
  return toBlocks(g, more === 0 ? x : g.pad(x, [0, 0, 0, 0, 0, more, 0, 0]), block);
}

/** Returns the image as a convolution takes it. */
function image(g: Graph, x: Value, { c, group }: Sizes, block: Block): Value {
  return c < block && group === 1 ? x : blocked(g, x, block);
}

type Options = Parameters<typeof run>[2];

/** Returns the errors of the convolution and its gradients over blocks. */
async function errors(s: Sizes, block: Block, options: Options): Promise<Record<string, number>> {
  const { c, m, axes, group } = s;
  const { x, w, dy } = operands(s);
  const wanted = reference(s);
  const symbolic = { ...options, symbolic: true };
  const y = await run(
    { x, w },
    (g, v) => fromBlocks(g, conv(g, { x: image(g, v.x!, s, block), w: v.w!, axes, group, block }), m),
    symbolic,
  );
  const dw = await run({ x, dy }, (g, v) =>
    weightGradient(g, {
      x: image(g, v.x!, s, block),
      dy: blocked(g, v.dy!, block),
      shape: w.shape,
      axes,
      group,
      block,
      xIsBlocked: c >= block || group !== 1,
    }), options);
  const found: Record<string, number> = { y: distance(y, wanted.y), dw: distance(dw, wanted.dw) };
  if (hasBlockedGradient(s)) {
    const dx = await run(
      { x: dy, w },
      (g, v) =>
        fromBlocks(g, inputGradient(g, { dy: blocked(g, v.x!, block), w: v.w!, axes, group, block }), c),
      symbolic,
    );
    found.dx = distance(dx, wanted.dx);
  }
  return found;
}

async function check(s: Sizes, block: Block, options: Options): Promise<string[]> {
  const found = await errors(s, block, options);
  for (const [name, e] of Object.entries(found)) assert(e < 1e-5, `${name} of ${JSON.stringify(s)}: ${e}`);
  return Object.keys(found);
}

/** Convolutions of each kind. */
const sizes = (block: Block): Sizes[] => {
  const pads = [1, 1] as const;
  const [b, side] = [block, axis(6, 3, { pads })];
  const strided = axis(8, 3, { pads, stride: 2 });
  const whole = { n: b, c: b, m: 2 * b, axes: [side, side] as const, group: 1 };
  const each = { ...whole, n: 3, c: 2 * b, group: 2 * b };
  return [
    whole,
    { ...whole, n: 3, axes: [strided, strided] },
    { ...whole, c: 3 },
    { ...whole, c: b + 4, m: b - 4 },
    { ...whole, n: b / 2, axes: [strided, side] },
    { ...whole, axes: [axis(6, 1, { stride: 2 }), axis(6, 1, { stride: 2 })] },
    each,
    { ...each, axes: [strided, axis(7, 3, { pads, stride: 2 })] },
    { ...each, c: b + 4, m: b + 4, group: b + 4 },
  ];
};

for (const optimization of LEVELS) {
  blockTest(`gradients: those of ai.onnx, sessions at level ${optimization}`, async (block) => {
    for (const s of sizes(block)) await check(s, block, { optimization });
  });
}

const axes = fc.record({
  size: fc.integer({ min: 3, max: 9 }),
  kernel: fc.constantFrom(1, 2, 3, 3, 5),
  stride: fc.constantFrom(1, 1, 2, 3),
  dilation: fc.constantFrom(1, 1, 2),
  pads: fc.tuple(fc.nat(2), fc.nat(2)),
}).map(({ size, kernel, ...rest }) => axis(size, kernel, rest)).filter((a) => a.count > 0);

blockTest("convolutions and their gradients of any sizes are those of ai.onnx", async (block) => {
  const channels = fc.constantFrom(block, block + 4, 2 * block);
  const any: fc.Arbitrary<Sizes> = fc.record({
    n: fc.constantFrom(1, 3, block / 4, block / 2, block, block + 2),
    c: fc.oneof(channels, fc.constantFrom(1, 3)),
    m: fc.oneof(channels, fc.constantFrom(2, block - 4)),
    axes: fc.tuple(axes, axes),
    group: fc.constant(1),
  });
  const depthwise = fc.tuple(any, channels).map(([s, c]) => ({ ...s, c, m: c, group: c }));
  let [gradients, strips] = [0, 0];
  await fc.assert(
    fc.asyncProperty(fc.oneof(any, depthwise), async (s) => {
      if ((await check(s, block, {})).includes("dx")) gradients++;
      if (s.group === 1 && Number(stripsFor(s.n, s.axes[0].count, block)) > 1) strips++;
    }),
    { numRuns: 50, seed: 18 },
  );
  assert(gradients > 10, `too few cases with a gradient of the image: ${gradients}`);
  assert(strips > 2, `too few cases with images cut into strips: ${strips}`);
});

for (const optimization of LEVELS) {
  blockTest(`steps in a Scan, whose weights change, sessions at level ${optimization}`, async (block) => {
    const s = sizes(block)[0]!;
    const { axes, group } = s;
    const { w, x: first, dy } = operands(s);
    const x = random("scanned", [2, ...first.shape]);
    const g = blockGraph();
    const [images, weights] = [g.input("x", "float32", x.shape), g.input("w", "float32", w.shape)];
    const loop = g.scan({
      states: [weights],
      scanned: [images],
      body: (step, [w], [x]) => {
        const blocks = toBlocks(step, x!, block);
        const y = conv(step, { x: blocks, w: w!, axes, group, block });
        const dx = inputGradient(step, { dy: y, w: w!, axes, group, block });
        const dw = weightGradient(step, {
          x: blocks,
          dy: y,
          shape: w!.shape!,
          axes,
          group,
          block,
          xIsBlocked: true,
        });
        const outputs = [fromBlocks(step, y, s.m), fromBlocks(step, dx, s.c)];
        return { states: [step.sub(w!, step.mul(dw, 1e-3))], outputs };
      },
    });
    ["w", "y", "dx"].forEach((name, i) => g.output([...loop.states, ...loop.outputs][i]!, `last.${name}`));
    await using session = await openSession(buildModel(g), { threads: 1, optimization });
    const found = await session.run({ x, w });
    let state = Float64Array.from(w.data as Float32Array);
    const [ys, dxs]: number[][] = [[], []];
    for (const step of [0, 1]) {
      const at = {
        x: {
          data: x.data.slice(step * first.data.length, (step + 1) * first.data.length),
          shape: first.shape,
        },
        w: { data: state, shape: w.shape },
      };
      const { y } = reference(s, { ...at, dy });
      const { dx, dw } = reference(s, { ...at, dy: y });
      state = state.map((v, i) => v - 1e-3 * dw.data[i]!);
      ys!.push(...y.data);
      dxs!.push(...dx.data);
    }
    const wanted = { w: state, y: ys!, dx: dxs! };
    for (const [name, data] of Object.entries(wanted)) {
      const tensor = found[`last.${name}`]!;
      const d = distance(tensor, { data, shape: tensor.shape });
      assert(d < 1e-5, `${name}: ${d}`);
    }
  });
}
