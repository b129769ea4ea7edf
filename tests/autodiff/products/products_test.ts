import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  buildModel,
  exampleGradientModel,
  fisherModel,
  gaussNewtonModel,
  gradientModel,
  Graph,
  hvpModel,
  jvpModel,
  type Model,
  openSession,
  prepareModel,
  type Tensor,
  tensor,
  vjpModel,
  withLoss,
} from "../../../mod.ts";
import {
  apart,
  columns,
  denseHessian,
  drawn,
  flat,
  perceptron,
  prefixed,
  type Problem,
  type Tensors,
  times,
  unflat,
} from "./problems.ts";

/** Runs a model of products with a vector, and returns the product and the vector as numbers. */
async function product(model: Model, { params, data }: Problem, prefix: string, more: Tensors = {}) {
  const names = Object.keys(params);
  const vector = Object.fromEntries(names.map((n) => [n, drawn(`v ${n}`, params[n]!.shape)]));
  await using session = await openSession(model);
  const out = await session.run({ ...data, ...params, ...prefixed("vector_", vector), ...more });
  return { product: flat(out, names.map((n) => `${prefix}${n}`)), v: flat(vector, names), out };
}

/** Runs a model at parameters. */
async function run(model: Model, feeds: Tensors): Promise<Record<string, Tensor>> {
  await using session = await openSession(model);
  return await session.run(feeds);
}

for (const loss of ["cross-entropy", "mse"] as const) {
  for (const mode of ["forward-over-reverse", "reverse-over-reverse"] as const) {
    Deno.test(`hvpModel() gives the dense Hessian's product: ${loss}, ${mode}`, async () => {
      const problem = perceptron(loss);
      const { product: hv, v } = await product(
        hvpModel(problem.model, { loss: "loss", mode }),
        problem,
        "hvp_",
      );
      assert(apart(hv, times(await denseHessian(problem), v)) < 1e-8);
    });
  }
}

Deno.test("both modes of hvpModel() agree to the precision of float64, and a Hessian is symmetric", async () => {
  const problem = perceptron();
  const modes = ["forward-over-reverse", "reverse-over-reverse"] as const;
  const [a, b] = await Promise.all(
    modes.map((mode) => product(hvpModel(problem.model, { loss: "loss", mode }), problem, "hvp_")),
  );
  assert(apart(a!.product, b!.product) < 1e-13);
  const names = Object.keys(problem.params);
  const u = Object.fromEntries(names.map((n) => [n, drawn(`u ${n}`, problem.params[n]!.shape)]));
  const out = await run(hvpModel(problem.model, { loss: "loss" }), {
    ...problem.data,
    ...problem.params,
    ...prefixed("vector_", u),
  });
  const dot = (x: number[], y: number[]) => x.reduce((sum, v, i) => sum + v * y[i]!, 0);
  const [left, right] = [dot(flat(u, names), a!.product), dot(a!.v, flat(out, names.map((n) => `hvp_${n}`)))];
  assert(Math.abs(left - right) < 1e-13 * Math.abs(left), `${left} ${right}`);
});

Deno.test("gaussNewtonModel() gives J' H J v of a dense Jacobian", async () => {
  for (const loss of ["cross-entropy", "mse"] as const) {
    const problem = perceptron(loss);
    const { model, params, data } = problem;
    const scoresAt = vjpModel(model, { of: ["y"], wrt: Object.keys(params) });
    await using session = await openSession(scoresAt);
    const rows = 15;
    const zero = tensor(new Float64Array(rows), [5, 3]);
    const jacobian = await columns(problem, async (moved) => {
      const { y } = await session.run({ ...data, ...moved, cotangent_y: zero });
      return Array.from(y!.data as Float64Array);
    });
    // The Hessian of the loss by the scores, as a model of the scores alone.
    const alone = new Graph();
    alone.output(alone.identity(alone.input("z", "float64", ["N", 3])), "y");
    const gradient = gradientModel(withLoss(buildModel(alone), { loss }), {
      loss: "loss",
      parameters: ["z"],
    });
    await using inner = await openSession(gradient);
    const { y } = await session.run({ ...data, ...params, cotangent_y: zero });
    const curvature = await columns({ params: { z: y! } }, async ({ z }) => {
      const { grad_z } = await inner.run({ z: z!, target: data.target! });
      return Array.from(grad_z!.data as Float64Array);
    });
    const { product: gv, v } = await product(gaussNewtonModel(model, { loss: "loss" }), problem, "gnvp_");
    const curved = times(curvature, times(jacobian, v));
    const expected = jacobian.map((column) => column.reduce((sum, c, i) => sum + c * curved[i]!, 0));
    assert(apart(gv, expected) < 1e-7, loss);
  }
});

Deno.test("exampleGradientModel() gives the gradient of each example alone", async () => {
  for (const loss of ["cross-entropy", "mse"] as const) {
    const { model, params, data } = perceptron(loss);
    const all = await run(exampleGradientModel(model, { loss: "loss" }), { ...data, ...params });
    await using single = await openSession(gradientModel(model, { loss: "loss" }));
    for (let i = 0; i < 5; i++) {
      const row = (t: Tensor) => {
        const size = t.data.length / t.shape[0]!;
        return {
          ...t,
          shape: [1, ...t.shape.slice(1)],
          data: t.data.slice(i * size, (i + 1) * size),
        } as Tensor;
      };
      const own = await single.run({ ...params, x: row(data.x!), target: row(data.target!) });
      assertEquals(row(all.loss!).data[0], own.loss!.data[0]);
      for (const n of Object.keys(params)) {
        assert(
          apart(flat({ a: row(all[`grad_${n}`]!) }, ["a"]), flat(own, [`grad_${n}`])) < 1e-14,
          `${n} ${i}`,
        );
      }
    }
  }
});

Deno.test("fisherModel() gives the mean of g (g . v) over examples", async () => {
  for (const loss of ["cross-entropy", "mse"] as const) {
    const problem = perceptron(loss);
    const { model, params, data } = problem;
    const { product: fv, v } = await product(
      fisherModel(model, { loss: "loss", kind: "empirical" }),
      problem,
      "fvp_",
    );
    const all = await run(exampleGradientModel(model, { loss: "loss" }), { ...data, ...params });
    assert(apart(fv, meanOfProducts(all, params, v)) < 1e-13, loss);
  }
});

/** Returns the mean over examples of `g (g . v)`, given the gradients of all examples. */
function meanOfProducts(all: Tensors, params: Tensors, v: readonly number[]): number[] {
  const names = Object.keys(params);
  const gradients = Array.from({ length: 5 }, (_, i) =>
    names.flatMap((n) => {
      const size = params[n]!.data.length;
      return Array.from(all[`grad_${n}`]!.data.slice(i * size, (i + 1) * size) as Float64Array);
    }));
  const along = gradients.map((g) => g.reduce((sum, a, k) => sum + a * v[k]!, 0));
  return v.map((_, k) => gradients.reduce((sum, g, i) => sum + g[k]! * along[i]!, 0) / 5);
}

Deno.test("fisherModel() draws labels from the softmax by the given numbers", async () => {
  const problem = perceptron();
  const { model, params, data } = problem;
  const uniform = tensor(Float64Array.of(0, 0.999999, 0.4, 0.7, 0.2));
  const sampled = fisherModel(model, { loss: "loss", kind: "sampled" });
  const { product: fv, v } = await product(sampled, problem, "fvp_", { uniform });
  const { y } = await run(vjpModel(model, { of: ["y"], wrt: ["x"] }), {
    ...data,
    ...params,
    cotangent_y: tensor(new Float64Array(15), [5, 3]),
  });
  const labels = Array.from({ length: 5 }, (_, i) => {
    const scores = Array.from(y!.data.slice(3 * i, 3 * i + 3) as Float64Array);
    const total = scores.reduce((sum, s) => sum + Math.exp(s), 0);
    let share = 0;
    return scores.findIndex((s) => (share += Math.exp(s) / total) > (uniform.data[i] as number));
  });
  assert(new Set(labels).size > 1, String(labels));
  const target = tensor(BigInt64Array.from(labels, BigInt));
  const all = await run(exampleGradientModel(model, { loss: "loss" }), { ...data, ...params, target });
  assert(apart(fv, meanOfProducts(all, params, v)) < 1e-12);
});

Deno.test("over all labels, the Fisher matrix of a softmax is its Gauss-Newton matrix", async () => {
  const problem = perceptron();
  const { product: gv } = await product(gaussNewtonModel(problem.model, { loss: "loss" }), problem, "gnvp_");
  const sampled = fisherModel(problem.model, { loss: "loss", kind: "sampled" });
  const draws = 4000;
  let sum = gv.map(() => 0);
  const names = Object.keys(problem.params);
  await using session = await openSession(sampled);
  const vector = Object.fromEntries(
    names.map((n) => [`vector_${n}`, drawn(`v ${n}`, problem.params[n]!.shape)]),
  );
  for (let k = 0; k < draws; k++) {
    // Each example's numbers go over [0, 1) evenly.
    const uniform = tensor(Float64Array.from({ length: 5 }, (_, i) => ((k + 0.5) / draws + i / 5) % 1));
    const out = await session.run({ ...problem.data, ...problem.params, ...vector, uniform });
    const fv = flat(out, names.map((n) => `fvp_${n}`));
    sum = sum.map((s, i) => s + fv[i]! / draws);
  }
  assert(apart(sum, gv) < 5e-3, String(apart(sum, gv)));
});

Deno.test("jvpModel() and vjpModel() are adjoint, by inputs, initializers and activations", async () => {
  const g = new Graph();
  const x = g.input("x", "float64", [4]);
  const w = g.initializer("w", drawn("w", [4]));
  const inner = g.emit("Mul", [x, w], { outputNames: ["inner"] })[0]!;
  g.output(g.sin(inner), "y");
  const model = buildModel(g);
  for (const wrt of [["x"], ["w"], ["x", "w"], ["inner"]]) {
    const v = Object.fromEntries(wrt.map((n) => [`vector_${n}`, drawn(`v${n}`, [4])]));
    const given = { x: drawn("x", [4]), ...(wrt.includes("w") ? { w: drawn("w", [4]) } : {}) };
    const cotangent_y = drawn("u", [4]);
    const forward = await run(jvpModel(model, { of: ["y"], wrt }), { ...given, ...v });
    const back = await run(vjpModel(model, { of: ["y"], wrt }), { ...given, cotangent_y });
    const dot = (a: Tensor, b: Tensor) =>
      (a.data as Float64Array).reduce((sum, value, i) => sum + value * Number(b.data[i]), 0);
    const [left, right] = [
      dot(forward.jvp_y!, cotangent_y),
      wrt.reduce((sum, n) => sum + dot(back[`vjp_${n}`]!, v[`vector_${n}`]!), 0),
    ];
    assert(Math.abs(left - right) < 1e-14, `${wrt}: ${left} ${right}`);
  }
});

Deno.test("gradientModel() differentiates by inputs and activations", async () => {
  const problem = perceptron();
  const { model, params, data } = problem;
  const gradient = gradientModel(model, { loss: "loss", parameters: ["x", "y"] });
  const { grad_x, grad_y } = await run(gradient, data);
  const softmax = (await run(gradientModel(model, { loss: "loss", parameters: ["y", "w2"] }), {
    ...data,
    w2: params.w2!,
  })).grad_y!;
  assertEquals(grad_y, softmax);
  const loss = async (x: Tensor) => Number((await run(gradient, { ...data, x })).loss!.data[0]);
  const at = flat({ x: data.x! }, ["x"]);
  const [h, i] = [1e-5, 4];
  const moved = (by: number) => unflat(at.with(i, at[i]! + by), { x: data.x! }).x!;
  const slope = (await loss(moved(h)) - await loss(moved(-h))) / (2 * h);
  assert(Math.abs(slope - Number(grad_x!.data[i])) < 1e-9);
});

Deno.test("models of products refuse what they cannot differentiate, by name", () => {
  const { model } = perceptron();
  assertThrows(() => jvpModel(model, { of: ["nope"], wrt: ["x"] }), RangeError, "of: 'nope' is not a value");
  assertThrows(
    () => vjpModel(model, { of: ["y"], wrt: ["target"] }),
    RangeError,
    "'target' is int64, not a float",
  );
  assertThrows(() => vjpModel(model, { of: [], wrt: ["x"] }), RangeError, "of is empty");
  assertThrows(
    () => gaussNewtonModel(model, { loss: "loss", scores: "z" }),
    RangeError,
    "scores: 'z' is not a float value",
  );
  assertThrows(
    () => hvpModel(model, { loss: "loss", mode: "forward" as "forward-over-reverse" }),
    RangeError,
  );
  const straight = prepareModel(model, { quantization: "straight-through" });
  assertThrows(() => hvpModel(straight), RangeError, "no second derivative");
  const g = new Graph();
  const w = g.initializer("w", drawn("w", [3]));
  g.output(g.reduceSum(g.mul(w, g.input("x", "float64", ["N", 3])), null, { keepdims: 0 }), "loss");
  assertThrows(
    () => fisherModel(buildModel(g), { loss: "loss", kind: "empirical" }),
    RangeError,
    "the losses of single examples are not found",
  );
});
