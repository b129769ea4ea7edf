import { assertEquals } from "@std/assert";
import { LIMITS, WITHOUT_RULE } from "../../tools/coverage/notes.ts";
import { RULES } from "../../autodiff/rules/table.ts";
import { operatorNames } from "../../onnx/mod.ts";
import { type Schema, schemaVersions } from "../../onnx/ir/schema.ts";
import { OLDEST_OPSET, upgradesOf } from "../../onnx/convert/upgrade.ts";
import { coverage, PAGE } from "../../tools/coverage/main.ts";

Deno.test("docs/coverage.md is up to date with `deno task docs`", async () => {
  assertEquals(await Deno.readTextFile(PAGE), coverage());
});

Deno.test("no operator has both a rule and a reason for having none, and all are of ai.onnx", () => {
  const names = operatorNames();
  const [ruled, excused] = [Object.keys(RULES), Object.keys(WITHOUT_RULE)];
  assertEquals(excused.filter((op) => ruled.includes(op) || !names.includes(op)), []);
  assertEquals(ruled.filter((op) => !names.includes(op)), []);
  assertEquals(Object.keys(LIMITS).filter((op) => !ruled.includes(op)), []);
});

/** Returns what would change about a node of the form `a` if it were read as one of the form `b`. */
function changes(a: Schema, b: Schema): string[] {
  const attributes = Object.entries(a.attributes).flatMap(([name, was]) => {
    const is = b.attributes[name];
    if (is === undefined) return [`attribute ${name} is gone`];
    if (JSON.stringify(was.default) !== JSON.stringify(is.default)) return [`the default of ${name}`];
    return is.required && !was.required ? [`${name} is required`] : [];
  });
  const added = Object.entries(b.attributes).filter(([name, is]) => is.required && !a.attributes[name]);
  const inputs = a.inputs.flatMap((f, i) => {
    const is = b.inputs[i];
    if (is === undefined) return [`input ${f.name} is gone`];
    return a.inputCount[0] > i && is.name.replace(/^input_/, "") !== f.name.replace(/^input_/, "")
      ? [`input ${f.name} is ${is.name}`]
      : [];
  });
  return [
    ...attributes,
    ...added.map(([name]) => `${name} is required`),
    ...inputs,
    ...(b.inputCount[0] > a.inputCount[0] ? ["more inputs are required"] : []),
    ...(b.outputCount[1] < a.outputCount[1] ? ["there are fewer outputs"] : []),
  ];
}

Deno.test("every change of an operator with a rule since operator set 7 is upgraded or refused", () => {
  const missing = Object.keys(RULES).flatMap((op) => {
    const versions = schemaVersions(op).filter((s) => !s.deprecated);
    return versions.slice(1).flatMap((b, i) => {
      const a = versions[i]!;
      const found = b.since > OLDEST_OPSET ? changes(a, b) : [];
      // A change may wait for a later one, which then does both.
      return found.length === 0 || upgradesOf(op).some((c) => c.since >= b.since)
        ? []
        : [`${op} ${a.since} to ${b.since}: ${found.join(", ")}`];
    });
  });
  assertEquals(missing, []);
});
