// The misspellings of the tests: cspell:ignore bais cosin fina globalnorm insid nrom
import { assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as library from "../../../schedules/mod.ts";
import { adam, chain, clipByGlobalNorm, clipByNorm, type Optimizer, sgd } from "../../../mod.ts";
import { parseOptions } from "../../../scripts/cli/mod.ts";
import { UsageError } from "../../../scripts/console/mod.ts";
import { courseOf, loadedOptimizers } from "../../../scripts/lab/mod.ts";

const optionsOf = (...args: string[]) => parseOptions(["x", ...args], { x: {} }).options;

/** Returns the schedule of `--schedule` in a training of 100 steps. */
const planned = (schedule: string, steps = 100) =>
  courseOf(optionsOf("--schedule", schedule)).schedule!.make({ steps, height: 1 });

const AT = Array.from({ length: 120 }, (_, step) => step);

Deno.test("--schedule means the schedule of the library, over the whole training", () => {
  const { warmUp, cosineDecay, linearSchedule, stepDecay, multiStepDecay } = library;
  for (
    const [text, schedule] of [
      ["cosine", cosineDecay({ initial: 1, steps: 100 })],
      ["cosineDecay(final=0.1, power=2)", cosineDecay({ initial: 1, final: 0.1, power: 2, steps: 100 })],
      ["cosine(steps=20)", cosineDecay({ initial: 1, steps: 20 })],
      ["cosine(steps=0.2)", cosineDecay({ initial: 1, steps: 20 })],
      ["cosine(initial=0.5)", cosineDecay({ initial: 0.5, steps: 100 })],
      ["cosine(warmUp=10)", warmUp(cosineDecay({ initial: 1, steps: 90 }), { steps: 10 })],
      ["cosine(warmUp=0.25)", warmUp(cosineDecay({ initial: 1, steps: 75 }), { steps: 25 })],
      ["linear(final=0.2)", linearSchedule({ initial: 1, final: 0.2, steps: 100 })],
      ["polynomial(power=2)", library.polynomialDecay({ initial: 1, power: 2, steps: 100 })],
      ["rex", library.rex({ initial: 1, steps: 100 })],
      ["step(every=30)", stepDecay({ initial: 1, every: 30 })],
      [
        "step(every=0.3, factor=0.5, warmUp=5)",
        warmUp(stepDecay({ initial: 1, every: 30, factor: 0.5 }), { steps: 5 }),
      ],
      ["multiStep(milestones=[0.5, 0.75])", multiStepDecay({ initial: 1, milestones: [50, 75] })],
      ["multi-step(milestones=[50, 75])", multiStepDecay({ initial: 1, milestones: [50, 75] })],
      ["exponential(factor=0.5, every=10)", library.exponentialDecay({ initial: 1, factor: 0.5, every: 10 })],
      ["inverseTime(rate=2)", library.inverseTimeDecay({ initial: 1, rate: 2 })],
      ["inverseSqrt", library.inverseSqrtDecay({ initial: 1 })],
      ["cosineRestarts(period=0.25)", library.cosineRestarts({ initial: 1, period: 25 })],
      [
        "cyclic(minimum=0.1, up=20, mode=exp-range)",
        library.cyclic({ minimum: 0.1, maximum: 1, up: 20, mode: "exp-range" }),
      ],
      ["oneCycle(rise=0.5)", library.oneCycle({ peak: 1, steps: 100, rise: 0.5 })],
      [
        "warmUpStableDecay(warmUp=10, decay=0.2)",
        library.warmUpStableDecay({ peak: 1, warmUp: 10, stable: 70, decay: 20 }),
      ],
      ["noam(width=16, warmUpSteps=0.1)", library.noam({ width: 16, warmUpSteps: 10 })],
      [
        "piecewiseConstant(boundaries=[0.5], values=[1, 0.1])",
        library.piecewiseConstant({ boundaries: [50], values: [1, 0.1] }),
      ],
      ["constant(0.5)", library.constantSchedule(0.5)],
    ] as const
  ) assertEquals(AT.map(planned(text)), AT.map(schedule), text);
});

Deno.test("every schedule of the library but those that need other values has a name", () => {
  const needed: Readonly<Record<string, string>> = {
    step: "(every=2)",
    exponential: "(factor=0.5)",
    inverseTime: "(rate=1)",
    multiStep: "(milestones=[2])",
    piecewiseConstant: "(boundaries=[2], values=[1, 0.5])",
    piecewiseInterpolated: "(boundaries=[2], values=[1, 0.5])",
    cosineRestarts: "(period=3)",
    cyclic: "(minimum=0)",
    warmUpStableDecay: "(decay=3)",
    noam: "(width=2)",
  };
  const { message } = assertThrows(() => planned("none"), UsageError);
  const names = message.split("There are: ")[1]!.split(", ");
  const made = names.filter((name) => name !== "constant").map((name) =>
    planned(`${name}${needed[name] ?? ""}`)
  );
  assertEquals(made.length + 1, names.length);
  // These take other schedules, epochs, or a function.
  const left = ["chainSchedules", "joinSchedules", "warmUp", "fixedFrequency", "multiplicative"];
  assertEquals(names.length + left.length, Object.keys(library.SCHEDULES).length);
});

/** Returns parameters after some updates of a quadratic. */
function path(rule: Optimizer): number[] {
  let params = { w: Float64Array.of(3, -2) };
  let state = rule.init(params);
  for (let call = 0; call < 10; call++) {
    [params, state] = rule.step({ w: params.w.map((w) => 2 * w) }, state, params);
  }
  return [...params.w];
}

Deno.test("--schedule multiplies the rate of every optimizer, and --clip bounds its gradients", async () => {
  const options = optionsOf(
    "--optimizer",
    "adam, sgd(learningRate=0.2)",
    "--schedule",
    "cosine",
    "--clip",
    "norm(0.5)",
  );
  const [first, second] = await loadedOptimizers(options, []);
  const factor = library.cosineDecay({ initial: 1, steps: 10 });
  assertEquals(
    path(first!.entry.make(0.1, { steps: 10 })),
    path(chain(clipByNorm(0.5), adam({ learningRate: (t) => 0.1 * factor(t) }))),
  );
  assertEquals(
    path(second!.entry.make(0.1, { steps: 10 })),
    path(chain(clipByNorm(0.5), sgd({ learningRate: (t) => 0.2 * factor(t) }))),
  );
  assertThrows(() => first!.entry.make(0.1), UsageError, "it depends on the number of steps");
});

Deno.test("--clip takes a number for the global norm, and names with numbers", () => {
  const text = (clip: string) => courseOf(optionsOf("--clip", clip)).texts.clip;
  assertEquals(text("1"), "globalNorm(1)");
  assertEquals(text(" 0.50 "), "globalNorm(0.5)");
  assertEquals(text("clipByNorm( 2 )"), "norm(2)");
  assertEquals(text("adaptive(0.1, unitAxis=1)"), "adaptive(0.1, unitAxis=1)");
  assertEquals(text("none"), "none");
  const clipped = chain(courseOf(optionsOf("--clip", "1")).clip!.make(), sgd({ learningRate: 0.1 }));
  assertEquals(path(clipped), path(chain(clipByGlobalNorm(1), sgd({ learningRate: 0.1 }))));
});

Deno.test("--clip is refused for a rule that takes the gradient of each example", async () => {
  const options = (...clip: string[]) => optionsOf("--optimizer", "dp-sgd(l2NormClip=2)", ...clip);
  await assertRejects(
    () => loadedOptimizers(options("--clip", "1"), []),
    UsageError,
    "--clip globalNorm(1) cannot come before dp-sgd(l2NormClip=2), which takes the gradient of each example: use --clip none",
  );
  const [unclipped] = await loadedOptimizers(options("--clip", "none"), []);
  assertEquals(unclipped!.entry.make(0.1).name, "dpSgd");
});

Deno.test("the defaults of an experiment are those of the options, unless they are given", () => {
  const defaults = { schedule: "cosine", clip: "globalNorm(1)" };
  assertEquals(courseOf({}, defaults).texts, defaults);
  assertEquals(courseOf({}).texts, { schedule: "constant", clip: "none" });
  assertEquals(courseOf(optionsOf("--schedule", "constant", "--clip", "none"), defaults).schedule, undefined);
  assertEquals(courseOf(optionsOf("--clip", "none"), defaults).clip, undefined);
});

Deno.test("a wrong schedule or clip is refused with the nearest name", () => {
  for (
    const [flag, text, message] of [
      ["--schedule", "cosin", 'unknown schedule "cosin". Did you mean "cosine"?'],
      ["--schedule", "cosine(warmup=3)", "cosine has no option 'warmup'; did you mean 'warmUp'?"],
      [
        "--schedule",
        "cosine(warmUp=1.5)",
        "an integer of at least 0, or a share of the training between 0 and 1, got 1.5",
      ],
      ["--schedule", "cosine(warmUp=-1)", "got -1"],
      ["--schedule", "cosine(3)", "cosine takes options with their names, got 3"],
      ["--schedule", "step", "step needs the option 'every'"],
      ["--schedule", "multiStep(milestones=3)", "milestones must be a list of numbers"],
      ["--schedule", "multiStep(milestones=[5, 3])", "milestones[1] must be above milestones[0] = 5, got 3"],
      [
        "--schedule",
        "multiStep(milestones=[0.5, 0.25])",
        "milestones[1] must be above milestones[0] = 0.5, got 0.25",
      ],
      ["--schedule", "cosine,linear", "--schedule takes one"],
      ["--clip", "globalnorm(1)", 'unknown clip "globalnorm". Did you mean "globalNorm"?'],
      ["--clip", "globalNorm", "globalNorm takes a number: globalNorm(1)"],
      ["--clip", "norm(1, 2)", "norm takes one number, its limit"],
      ["--clip", "globalNorm(1, unitAxis=1)", "globalNorm has no option 'unitAxis'"],
      ["--clip", "-1", "globalNorm: limit must be a finite number above 0"],
      ["--clip", "adam", 'unknown clip "adam"'],
    ] as const
  ) assertThrows(() => courseOf(optionsOf(flag, text)), UsageError, message);
  const tooLong = courseOf(optionsOf("--schedule", "cosine(warmUp=100)")).schedule!;
  assertThrows(
    () => tooLong.make({ steps: 68, height: 1 }),
    UsageError,
    "in a training of 68 steps: its other phases take 100",
  );
  assertAlmostEquals(tooLong.make({ steps: 200, height: 1 })(150), 0.5, 1e-12);
});

Deno.test("a schedule is refused for an optimizer that changes its rule on the way", async () => {
  const options = optionsOf("--optimizer", "swats", "--schedule", "cosine");
  await assertRejects(() => loadedOptimizers(options, []), UsageError, "add --schedule constant");
  await assertRejects(
    () => loadedOptimizers(optionsOf("--optimizer", "swats"), [], { schedule: "cosine" }),
    UsageError,
  );
  await loadedOptimizers(optionsOf("--optimizer", "swats"), []);
});
