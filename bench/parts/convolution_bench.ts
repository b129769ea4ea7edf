/**
 * Compares a convolution with its gradients: 3 by 3, 64 to 64 channels, 32 by 32, a batch of 64; and other shapes.
 *
 * @module
 */
import {
  backward,
  buildModel,
  Graph,
  normal,
  openSession,
  type Session,
  type Tensor,
  tensor,
  type Value,
} from "../../mod.ts";

interface Shape {
  readonly name: string;
  readonly batch: number;
  readonly side: number;
  readonly from: number;
  readonly to: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly group?: number;
}

const SHAPES: readonly Shape[] = [
  { name: "3x3, 64 to 64, 32x32, batch 64", batch: 64, side: 32, from: 64, to: 64, kernel: 3 },
  {
    name: "3x3, 64 to 128, 32x32, stride 2, batch 64",
    batch: 64,
    side: 32,
    from: 64,
    to: 128,
    kernel: 3,
    stride: 2,
  },
  { name: "3x3, 256 to 256, 8x8, batch 64", batch: 64, side: 8, from: 256, to: 256, kernel: 3 },
  { name: "1x1, 64 to 256, 16x16, batch 64", batch: 64, side: 16, from: 64, to: 256, kernel: 1 },
  { name: "3x3 depthwise, 64, 32x32, batch 64", batch: 64, side: 32, from: 64, to: 64, kernel: 3, group: 64 },
];

function random(shape: number[]): Tensor {
  return tensor(normal({ seed: 1, stream: `${shape}` }, shape.reduce((a, b) => a * b, 1)), shape);
}

/** Opens a session that computes a convolution, or the given gradients of it, and returns one number of each result. */
async function compile(s: Shape, wanted: readonly ("x" | "w")[]): Promise<() => Promise<unknown>> {
  const { batch, side, from, to, kernel, stride = 1, group = 1 } = s;
  const g = new Graph();
  const pad = kernel >> 1;
  const feeds: Record<string, Tensor> = {
    x: random([batch, from, side, side]),
    w: random([to, from / group, kernel, kernel]),
  };
  const [x, w] = Object.entries(feeds).map(([n, t]) => g.input(n, t.dtype, t.shape)) as [Value, Value];
  const y = g.conv(x, w, null, { pads: [pad, pad, pad, pad], strides: [stride, stride], group });
  let results: Value[] = [y];
  if (wanted.length > 0) {
    feeds.dy = random(y.shape as number[]);
    const cotangent = g.input("dy", "float32", feeds.dy.shape);
    results = backward(g, { seeds: [{ value: y, cotangent }], wrt: wanted.map((n) => (n === "x" ? x : w)) });
  }
  // Only one number leaves the session, so that copying is not measured.
  results.forEach((v, i) => g.output(g.reduceMax(g.slice(v, [0], [1], [0]), null, { keepdims: 0 }), `r${i}`));
  g.prune();
  const session: Session = await openSession(buildModel(g));
  return () => session.run(feeds);
}

for (const s of SHAPES) {
  const parts = [
    ["forward", []],
    ["both gradients", ["x", "w"]],
    ["gradient of x", ["x"]],
    ["gradient of w", ["w"]],
  ] as const;
  for (const [name, wanted] of parts) {
    const run = await compile(s, wanted);
    Deno.bench(`${name}, ${s.name}`, { group: s.name, baseline: name === "forward" }, async () => {
      await run();
    });
  }
}
