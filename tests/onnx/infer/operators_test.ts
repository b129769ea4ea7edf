import * as basic from "./cases_basic.ts";
import * as network from "./cases_network.ts";
import { check } from "./oracle.ts";

for (const [family, cases] of Object.entries({ ...basic, ...network })) {
  for (const op of new Set(cases.map((c) => c.op))) {
    Deno.test(`INFER.${op} (${family}) gives the types and shapes that ONNX Runtime returns`, async (t) => {
      for (const c of cases.filter((c) => c.op === op)) {
        const operands = c.operands.map((
          o,
        ) => (o === null ? "-" : `${o.constant ? "=" : ""}[${o.tensor.shape}]`));
        await t.step(
          `${operands.join(" ")} ${JSON.stringify(c.attributes, bigints)} opset ${c.opset}`,
          () => check(c),
        );
      }
    });
  }
}

function bigints(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}
