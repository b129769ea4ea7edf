import { assert, assertEquals, assertThrows } from "@std/assert";
import { chosenSubjects, SUBJECTS, trains } from "../../bench/subjects.ts";
import { USUAL_OPTIMIZERS } from "../../bench/work.ts";
import { chosenWorks, WORKS } from "../../bench/works.ts";

const names = (all: readonly { readonly name: string }[]) => all.map((one) => one.name);
const quick = { quick: true };
const slow = { quick: false };

Deno.test("chosenSubjects() gives a subject on request only for a text that is in its name alone", () => {
  const request = SUBJECTS.filter((s) => s.onRequest);
  assertEquals(names(request), ["Descent, plain lowering"]);
  const all = chosenSubjects([], slow);
  assertEquals(all.length, SUBJECTS.length - request.length);
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
  assertEquals(chosenWorks(undefined, slow).length, WORKS.length - 2);
  assertEquals(names(chosenWorks(["large"], quick)), large);
  assertEquals(names(chosenWorks(["distilbert"], quick)), [large[0]!]);
  assertEquals(names(chosenWorks(["lenet", "logistic"], quick)), ["logistic 784-10 b128", "lenet b64"]);
  assert(chosenWorks(undefined, quick).every((w) => !w.slow));
  assertThrows(() => chosenWorks(["lenet", "nothing"], slow), RangeError, "--work nothing is in no name of");
});

Deno.test("trains() gives large works to subjects that train exported networks", () => {
  const work = WORKS.find((w) => w.large)!;
  assertEquals(names(SUBJECTS.filter((s) => trains(s, work, "adamw"))), [
    "Descent",
    "Descent, plain lowering",
    "PyTorch eager",
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
