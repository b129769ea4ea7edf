import { assert, assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import * as bandit from "../../examples/bandit.ts";
import * as curvature from "../../examples/curvature.ts";
import * as distillation from "../../examples/distillation.ts";
import * as gan from "../../examples/gan.ts";
import * as ownModel from "../../examples/own_model.ts";
import * as ownOptimizer from "../../examples/own_optimizer.ts";
import * as physics from "../../examples/physics.ts";
import * as schedules from "../../examples/schedules.ts";
import * as trainingLoop from "../../examples/training_loop.ts";
import * as vae from "../../examples/vae.ts";
import { commandAt } from "../../tools/readme/address.ts";
import { served } from "../house/served.ts";

const FOLDER = new URL("../../examples/", import.meta.url);

Deno.test("gan.ts: made-up points lie around the ring, after turns of both players", async () => {
  const { radius, spread, covered } = await gan.run({ turns: 1600 });
  assertAlmostEquals(radius, 1, 0.15);
  assert(spread < 0.2 && covered > 0.6, `spread ${spread}, covered ${covered}`);
});

Deno.test("vae.ts: the bound falls, the latent vectors carry something, and samples are images", async () => {
  const { first, last, divergence, images } = await vae.run({ epochs: 15 });
  assert(last < first - 2 && divergence > 1, `${first}, ${last}, ${divergence}`);
  assert(images.every((v) => v >= 0 && v <= 1) && Math.max(...images) > 0.9 && Math.min(...images) < 0.05);
  assertEquals(
    vae.drawn(Float32Array.from({ length: 128 }, (_, i) => (i < 64 ? 0 : 1))).split("\n").length,
    8,
  );
});

Deno.test("bandit.ts: the policy earns three times what chance does, without labels", async () => {
  const { before, after, pulls } = await bandit.run({ epochs: 15 });
  assert(before < 0.25 && after > 0.6, `${before}, ${after}`);
  assertEquals(pulls, 15 * 45 * 32);
});

Deno.test("physics.ts: the equation finds the frequency, and continues the curve", async () => {
  const { frequency, error, without } = await physics.run({ iterations: 150 });
  assertAlmostEquals(frequency, 3, 0.1);
  assert(error < 0.15 && error < without / 4, `${error}, ${without}`);
});

Deno.test("distillation.ts: the teacher's scores are worth more than a few labels", async () => {
  const { teacher, alone, taught } = await distillation.run({ epochs: 25 });
  assert(teacher > 0.93 && taught > alone + 0.08, `${teacher}, ${alone}, ${taught}`);
});

Deno.test("training_loop.ts: the loop raises the rate from one that is too small, and learns", async () => {
  const { rates, test, steps } = await trainingLoop.run({ rounds: 12 });
  assert(Math.max(...rates) >= 0.016 && rates[0] === 0.002, rates.join());
  rates.slice(1).forEach((rate, i) => assert([0.5, 1, 2].includes(rate / rates[i]!)));
  assert(test.accuracy! > 0.85, String(test.accuracy));
  assertEquals(steps, 240);
});

Deno.test("own_optimizer.ts: the rule is its formula on the host, and trains", async () => {
  const { own, momentum, difference } = await ownOptimizer.run({ epochs: 4 });
  assert(difference < 1e-12, String(difference));
  assert(own < 1 && own !== momentum, `${own}, ${momentum}`);
});

Deno.test("own_model.ts: the file that was written knows the digits", async () => {
  const { accuracy, bytes, guesses, labels, text } = await ownModel.run({ epochs: 4 });
  assert(accuracy > 0.9, String(accuracy));
  assert(guesses.filter((guess, i) => guess === labels[i]).length >= 4, `${guesses}, ${labels}`);
  // 12 + 2 * 144 filters of nine numbers, 1,920 weights of the head, and the biases, in four bytes each.
  assert(bytes > 4 * (9 * 300 + 1920 + 46) && bytes < 20_500, String(bytes));
  assertMatch(text, /Conv.*\n.*Relu/);
});

Deno.test("curvature.ts: steps below 2 over the largest eigenvalue are stable, steps above are not", async () => {
  const { values, trace, before, after } = await curvature.run();
  assert(values[0]! > values[1]! && trace > values[0]!);
  const [below, above] = after;
  assert(below!.product < 2 && below!.loss <= before * (1 + 1e-5), `${before}, ${below!.loss}`);
  assert(above!.product > 2 && above!.loss > 1.2 * before, `${before}, ${above!.loss}`);
});

Deno.test("schedules.ts: the rate warms up and falls; the criterion fires with a rate above 0", async () => {
  const { schedule: [first, top, middle, last], alone, switched, steps } = await schedules.run({ epochs: 8 });
  assertAlmostEquals(first!, 2e-4, 1e-12);
  assertAlmostEquals(top!, 1e-2, 1e-12);
  assert(middle! < top! && last! < middle!);
  assert(switched.step! < steps && switched.rate! > 0, `${switched.step}, ${switched.rate}`);
  assert(alone.accuracy > 0.9 && switched.accuracy > 0.9, `${alone.accuracy}, ${switched.accuracy}`);
});

/** Returns the scripts of the folder that are no notebooks. */
async function scripts(): Promise<string[]> {
  const names = (await Array.fromAsync(Deno.readDir(FOLDER))).map((entry) => entry.name);
  return names.filter((name) => name.endsWith(".ts") && !names.includes(name.replace(/ts$/, "ipynb"))).sort();
}

const RUN = /Run: deno run (?<permissions>(?:--[\w=,-]+ )+)examples\/(?<name>\w+\.ts)/;

Deno.test("every example says how it is run, and is in the table of README.md", async () => {
  const readme = await Deno.readTextFile(new URL("README.md", FOLDER));
  const names = await scripts();
  assertEquals(names.length, 10);
  for (const name of names) {
    const text = await Deno.readTextFile(new URL(name, FOLDER));
    assertEquals(RUN.exec(text)?.groups?.name, name);
    assert(readme.includes(`[\`${name}\`](${name})`), name);
  }
});

Deno.test("README's command runs an example by URL, with the permissions that the example names and importing", () =>
  served(async (url, bytes) => {
    const [deno, run, ...args] = commandAt(url).split(" ");
    assertEquals([deno, run], ["deno", "run"]);
    const text = await Deno.readTextFile(new URL("bandit.ts", FOLDER));
    const permissions = RUN.exec(text)!.groups!.permissions!.trim().split(" ");
    assertEquals(args, [`--allow-import=${new URL(url).host}`, ...permissions, `${url}examples/bandit.ts`]);
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", "--no-config", "--no-lock", ...args],
      env: { NO_COLOR: "1" },
    }).output();
    assertMatch(
      new TextDecoder().decode(stdout),
      /^mean reward on unseen digits: 0\.\d+ before, 0\.9\d+ after 86400 pulls\n$/,
      new TextDecoder().decode(stderr),
    );
    assert(bytes.has("runtime/mod.ts"), "the script was served from a cache");
  }));
