import { assert, assertEquals, assertThrows } from "@std/assert";
import { problemNamed, PROBLEMS } from "../../../scripts/benchmark/mod.ts";
import { UsageError } from "../../../scripts/console/mod.ts";

Deno.test("PROBLEMS holds each problem under its own name, with a length and a metric", () => {
  assert(Object.keys(PROBLEMS).length > 1);
  for (const [name, problem] of Object.entries(PROBLEMS)) {
    assertEquals(problem.name, name);
    assert(Number.isInteger(problem.batchSize) && problem.batchSize >= 1, name);
    assert(Number.isInteger(problem.epochs) && problem.epochs >= 1, name);
    assert(problem.about.endsWith("."), `the description of ${name} is a sentence`);
  }
});

Deno.test("problemNamed() returns a problem, or names the nearest", () => {
  assertEquals(problemNamed("digits_mlp"), PROBLEMS.digits_mlp);
  assertThrows(() => problemNamed("digit_mlp"), UsageError, 'Did you mean "digits_mlp"?');
  assertThrows(
    () => problemNamed("nothing_of_the_kind_of_those_in_the_table"),
    UsageError,
    "digits_logreg, digits_mlp",
  );
  assertThrows(() => problemNamed("toString"), UsageError, "unknown problem");
});
