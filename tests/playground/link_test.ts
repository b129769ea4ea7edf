import { assertEquals, assertThrows } from "@std/assert";
import { ticks } from "../../playground/chart.ts";
import { type Config, defaultConfig, fromLink, toLink } from "../../playground/config.ts";
import { trailingMeans } from "../../playground/means.ts";

Deno.test("a link holds a configuration, and leaves out what is as the problem begins", () => {
  assertEquals(toLink(defaultConfig("digits")), "problem=digits");
  assertEquals(fromLink(""), defaultConfig("digits"));
  const own: Config = {
    problem: "csv",
    optimizers: [{ name: "lion", learningRate: 0.0003 }, { name: "sgd", learningRate: 1e-7 }],
    schedule: "warm-up and cosine",
    function: "beale",
    start: [-1.25, 1e-3],
    steps: 7,
    hidden: [],
    epochs: 3,
    batchSize: 5,
    seed: 2 ** 53 - 1,
    device: "webgpu",
    label: -2,
    target: "number",
  };
  assertEquals(fromLink(toLink(own)), own);
  // A browser may write spaces otherwise.
  assertEquals(fromLink(encodeURI(toLink(own))), own);
  assertEquals(fromLink("problem=function&function=himmelblau").start, [-0.5, -4]);
  assertEquals(
    toLink(fromLink("problem=function&function=himmelblau")),
    "problem=function&function=himmelblau",
  );
});

Deno.test("a link without meaning is refused, and the message names the setting", () => {
  const wrong: Readonly<Record<string, string>> = {
    "problem=mnist": "problem must be one of digits, function, csv, got 'mnist'",
    "optimizers=adam": "optimizers: the rate of adam must be a number of at least 0, got ''",
    "optimizers=sophia@1": "optimizers must be one of sgd, ",
    "epochs=0": "epochs must be an integer from 1 to 200, got '0'",
    "hidden=32,x": "hidden must be an integer from 1 to 1024, got 'x'",
    "start=1": "start must be two numbers",
    "rate=1": "the link's 'rate' names no setting",
  };
  for (const [link, message] of Object.entries(wrong)) {
    assertThrows(() => fromLink(link), RangeError, message);
  }
  const many = Array(7).fill("sgd@1").join(",");
  assertThrows(() => fromLink(`optimizers=${many}`), RangeError, "optimizers must be at most 6, got 7");
});

Deno.test("ticks(): round numbers within the bounds, powers of ten for logarithms", () => {
  assertEquals(ticks(0, 450, false), [0, 100, 200, 300, 400]);
  assertEquals(ticks(-2, 2, false), [-2, -1, 0, 1, 2]);
  assertEquals(ticks(0.02, 30, true), [0.1, 1, 10]);
  assertEquals(ticks(20, 60, true), [20, 30, 40, 50, 60]);
});

Deno.test("trailingMeans(): means of up to 20 losses", () => {
  const losses = Array.from({ length: 25 }, (_, i) => i);
  const means = trailingMeans(losses);
  assertEquals([means[0], means[3], means[19], means[24]], [0, 1.5, 9.5, 14.5]);
});
