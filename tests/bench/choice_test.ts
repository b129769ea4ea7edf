import { assert, assertEquals, assertThrows } from "@std/assert";
import { chosenSubjects, SUBJECTS, trains } from "../../bench/subjects.ts";
import { USUAL_OPTIMIZERS } from "../../bench/work.ts";
import { chosenWorks, withBatchSize, WORKS } from "../../bench/works.ts";

const names = (all: readonly { readonly name: string }[]) => all.map((one) => one.name);
const quick = { quick: true };
const slow = { quick: false };

Deno.test("chosenSubjects() gives a subject on request only for a text that is in its name alone", () => {
  const request = SUBJECTS.filter((s) => s.onRequest);
  assertEquals(names(request), ["Descent, plain lowering"]);
  const all = chosenSubjects([], slow);
  const elsewhere = SUBJECTS.filter(({ devices }) => devices !== undefined && !devices.includes("cpu"));
  assertEquals(names(elsewhere), ["Descent on the CPU", "PyTorch, CUDA graph"]);
  assertEquals(all.length, SUBJECTS.length - request.length - elsewhere.length);
  assert(!all.some((s) => s.onRequest));
  assertEquals(names(chosenSubjects(["Descent"], slow)), [
    "Descent",
    "Descent, a run a step",
    "Descent, gradients only",
  ]);
  assertEquals(names(chosenSubjects(["eager", "plain"], slow)), [
    "Descent",
    "Descent, plain lowering",
    "PyTorch eager",
  ]);
});

Deno.test("chosenSubjects() leaves slow subjects out of a quick run unless they are named", () => {
  assert(!names(chosenSubjects([], quick)).includes("tfjs CPU"));
  assertEquals(names(chosenSubjects(["tfjs CPU"], quick)), ["Descent", "tfjs CPU"]);
  assertThrows(
    () => chosenSubjects(["torch"], quick),
    RangeError,
    "--subject torch is in no name of Descent",
  );
});

Deno.test("chosenWorks() measures large works only if they are named", () => {
  const large = names(WORKS.filter((w) => w.large));
  assertEquals(large.length, 2);
  assertEquals(chosenWorks(undefined, slow).length, WORKS.length - 3);
  assertEquals(names(chosenWorks(["large"], quick)), large);
  assertEquals(names(chosenWorks(["distilbert"], quick)), [large[0]!]);
  assertEquals(names(chosenWorks(["lenet", "logistic"], quick)), ["logistic 784-10 b128", "lenet b64"]);
  assert(chosenWorks(undefined, quick).every((w) => !w.slow));
  assertThrows(() => chosenWorks(["lenet", "nothing"], slow), RangeError, "--work nothing is in no name of");
});

Deno.test("chosenSubjects() gives a GPU Descent on it and on the CPU, and the peers that run on it", () => {
  const descent = ["Descent", "Descent on the CPU", "Descent, a run a step"];
  assertEquals(names(chosenSubjects([], { ...slow, device: "webgpu" })), descent);
  assertEquals(names(chosenSubjects([], { ...slow, device: "cuda" })), [
    ...descent,
    "PyTorch eager",
    "PyTorch, CUDA graph",
    "PyTorch compiled",
  ]);
  assertThrows(
    () => chosenSubjects(["JAX"], { ...slow, device: "cuda" }),
    RangeError,
    "--subject JAX is in no name of Descent; Descent on the CPU;",
  );
});

Deno.test("chosenWorks() gives works for accelerators to them, and to a CPU if they are named", () => {
  const [work] = WORKS.filter((w) => w.accelerator);
  assert(chosenWorks(undefined, { ...slow, device: "cuda" }).includes(work!));
  assert(!chosenWorks(undefined, slow).includes(work!));
  assertEquals(chosenWorks(["transformer 6x512"], slow), [work]);
});

Deno.test("withBatchSize() changes the examples of a step, and the name tells them", () => {
  const mlps = withBatchSize(chosenWorks(["mlp"], slow), 1024);
  assertEquals(names(mlps), ["mlp 784-256-10 b1024", "mlp 784-1000-10 b1024"]);
  assert(mlps.every((w) => w.batchSize === 1024));
  assert(withBatchSize(WORKS, 7).every((w) => w.name.includes(" b7")));
});

Deno.test("trains() gives large works to subjects that train exported networks", () => {
  const work = WORKS.find((w) => w.large)!;
  assertEquals(names(SUBJECTS.filter((s) => trains(s, work, "adamw"))), [
    "Descent",
    "Descent on the CPU",
    "Descent, plain lowering",
    "PyTorch eager",
    "PyTorch, CUDA graph",
  ]);
});

Deno.test("trains() gives some subjects Adam alone: on all works, or on slow ones", () => {
  const find = (name: string) => SUBJECTS.find((s) => s.name === name)!;
  const rules = (subject: string, work: string) => {
    const [found] = chosenWorks([work], slow);
    return USUAL_OPTIMIZERS.filter((rule) => trains(find(subject), found!, rule));
  };
  assertEquals(rules("PyTorch compiled", "lenet"), USUAL_OPTIMIZERS);
  assertEquals(rules("PyTorch compiled", "vgg"), ["adam"]);
  assertEquals(rules("tfjs CPU", "logistic"), ["adam"]);
  assertEquals(rules("tfjs Wasm", "lenet"), []);
  assertEquals(rules("JAX jitted", "transformer"), USUAL_OPTIMIZERS);
});
