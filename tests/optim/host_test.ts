import { assertEquals } from "@std/assert";
import { applyUpdates } from "../../optim/apply_updates.ts";
import { add, filled, mul, norm, sum } from "../../optim/language/ops.ts";
import { optimizer } from "../../optim/optimizer.ts";
import { perParameter } from "../../optim/language/per_parameter.ts";

Deno.test("Optimizer.step() does not overwrite a slot that is read again after its new value is known", () => {
  // The norm of the new slot is a separate pass, and the old slot is read after it.
  const opt = optimizer({
    name: "late",
    rule: perParameter({ m: 1 }, ({ g, m }) => {
      const next = add(mul(0.5, m), g);
      return { u: mul(m, norm(next)), m: next };
    }),
  });
  const grads = { w: Float64Array.of(3, -1) };
  let apart = { w: Float64Array.of(0, 1) };
  let donated = { w: apart.w.slice() };
  let [state, given] = [opt.init(apart), opt.init(donated)];
  for (let k = 0; k < 3; k++) {
    const [updates, next] = opt.update(grads, state, apart);
    [apart, state] = [applyUpdates(apart, updates), next];
    [donated, given] = opt.step(grads, given, donated, { donate: true });
    assertEquals([donated, given], [apart, state]);
  }
});

Deno.test("Optimizer.step() reuses the caller's arrays if they may be overwritten", () => {
  const opt = optimizer({
    name: "plain",
    rule: perParameter({ m: 0 }, ({ g, m }) => ({ u: g, m: add(m, g) })),
  });
  const params = { w: Float64Array.of(1) };
  const state = opt.init(params);
  const [after, next] = opt.step({ w: Float64Array.of(2) }, state, params, { donate: true });
  assertEquals([after.w === params.w, next.slots["m/w"]!.data === state.slots["m/w"]!.data], [true, true]);
  assertEquals([after.w[0], next.slots["m/w"]!.data[0]], [3, 2]);
});

Deno.test("constants keep their shape", () => {
  const opt = optimizer({
    name: "constant",
    rule: perParameter({ m: 0 }, ({ g }) => ({
      u: mul(0.5, filled(g.shape, 4)),
      m: mul(sum(filled(g.shape, 2)), filled(g.shape, 1)),
    })),
  });
  const params = { w: Float64Array.of(0, 0, 0) };
  const [updates, state] = opt.update({ w: Float64Array.of(1, 1, 1) }, opt.init(params), params);
  assertEquals(updates.w, Float64Array.of(2, 2, 2));
  assertEquals(state.slots["m/w"]!.data, Float64Array.of(6, 6, 6));
});
