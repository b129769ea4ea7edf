import { assertEquals, assertRejects } from "@std/assert";
import { errorText, exitCode, UsageError } from "../../scripts/console/errors.ts";
import { firstError } from "../../scripts/console/first_error.ts";
import { DamagedCheckpoints } from "../../scripts/run/checkpoints.ts";
import { FolderHeld } from "../../scripts/run/run_folder.ts";
import { Missing, SlurmError } from "../../scripts/sweep/slurm_commands.ts";
import {
  CheckpointError,
  DataError,
  DescentError,
  DeviceError,
  MissingRuleError,
  ModelError,
  Node,
  NumericalError,
  SafetensorsError,
} from "../../mod.ts";

Deno.test("firstError() returns the error of the block, not that of its disposal", async () => {
  const thrown = await assertRejects(async () => {
    await using _outer = { [Symbol.asyncDispose]: () => Promise.reject(new Error("third")) };
    await using _inner = { [Symbol.asyncDispose]: () => Promise.reject(new Error("second")) };
    await Promise.reject(new RangeError("first"));
  }, SuppressedError);
  assertEquals((firstError(thrown) as Error).message, "first");
  const alone = new Error("alone");
  assertEquals(firstError(alone), alone);
  assertEquals(firstError("text"), "text");
});

Deno.test("errors of the library and of the language are shown by their message alone, others with their class", () => {
  const text = (error: unknown) => errorText(error, false);
  for (
    const c of [
      UsageError,
      DataError,
      DeviceError,
      ModelError,
      SafetensorsError,
      CheckpointError,
      FolderHeld,
      DamagedCheckpoints,
      Missing,
      DescentError,
      Error,
      RangeError,
      TypeError,
    ]
  ) assertEquals(text(new c("what was wrong")), "error: what was wrong", c.name);
  assertEquals(text(new SlurmError("full", "what was wrong")), "error: what was wrong");
  assertEquals(text(new SyntaxError("what was wrong")), "error: SyntaxError: what was wrong");
  assertEquals(text(new Deno.errors.NotFound("what was wrong")), "error: NotFound: what was wrong");
  assertEquals([exitCode(new UsageError("x")), exitCode(new DataError("x"))], [2, 1]);
});

Deno.test("every error class of the library is a DescentError with its own name", () => {
  const node = new Node("Foo", "", 21, "", [], new Map());
  const fault = { step: 1, epoch: 1, loss: NaN, gradients: {}, updates: {}, learningRate: null };
  const errors = [
    new DataError("x"),
    new DeviceError("x"),
    new ModelError("x"),
    new SafetensorsError("x"),
    new CheckpointError("x"),
    new MissingRuleError([node]),
    new NumericalError(fault),
  ];
  for (const error of errors) {
    assertEquals([error instanceof DescentError, error.name], [true, error.constructor.name]);
  }
});

Deno.test("the text that an error points into stands below it, without characters that a terminal would run", () => {
  const error = new UsageError("wrong", { below: "  adam(\u001b[2J=)\n       ^" });
  assertEquals(errorText(error, false), "error: wrong\n  adam(\\u001b[2J=)\n       ^");
});
