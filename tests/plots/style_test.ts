import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { OPTIMIZER_FAMILIES } from "../../optim/all.ts";
import { DASHES, type LineStyle, lineStyles, PALETTE } from "../../plots/style/mod.ts";
import { OPTIMIZERS as BENCHMARKED } from "../../scripts/lab/mod.ts";
import { OPTIMIZERS as CLASSIFIED } from "../../scripts/experiments/networks/classify/measure.ts";
import { OPTIMIZERS as GALLERY } from "../../scripts/experiments/papers/gallery/measure.ts";
import { RULES as REDDI } from "../../scripts/experiments/papers/reddi2018/data.ts";
import { OPTIMIZERS as MINIMA } from "../../scripts/experiments/lecture/local_minima/measure.ts";
import { BASES as RECURRENT } from "../../scripts/experiments/lecture/rnn/measure.ts";
import fc from "../deps/fast_check.ts";
import {
  differenceCiede2000,
  filterDeficiencyDeuter,
  filterDeficiencyProt,
  parse,
  wcagContrast,
} from "../deps/culori.ts";

/** The sets of lines that experiments plot by default. */
const DEFAULT_SETS: Readonly<Record<string, readonly string[]>> = {
  "digits, mnist, csv": CLASSIFIED,
  gallery: GALLERY,
  "local-minima": MINIMA,
  rnn: Object.keys(RECURRENT),
  "adam, tuning, benchmark": ["sgd", "momentum", "adagrad", "rmsprop", "adam"],
  wilson2017: ["sgd", "heavy ball", "adagrad", "rmsprop", "adam"],
  compare: ["sgd", "momentum", "adam"],
  swats2017: ["adam", "sgd", "swats"],
  momentum: ["gd", "momentum", "nesterov"],
};

/** The update rules of the library, without the links that stand in one family with a rule. */
const RULES = [
  "dpSgd",
  ...Object.entries(OPTIMIZER_FAMILIES).flatMap(([family, entries]) =>
    family.startsWith("Update rules:") ? Object.keys(entries) : []
  ),
];

const difference = differenceCiede2000();

/** Returns the least distance of two colors of the palette for readers with deuteranopia or protanopia, in both themes. */
function distance(a: number, b: number): number {
  return Math.min(
    ...[PALETTE.light, PALETTE.dark].flatMap((colors) =>
      [filterDeficiencyDeuter(1), filterDeficiencyProt(1)].map((seen) =>
        difference(seen(parse(colors[a]!)!), seen(parse(colors[b]!)!))
      )
    ),
  );
}

const DISTANCES = PALETTE.light.map((_, a) => PALETTE.light.map((_, b) => distance(a, b)));

/** Returns the pairs of lines that a reader could mistake for each other. */
function alike(names: readonly string[], styles: readonly LineStyle[] = lineStyles(names)): string[] {
  return styles.flatMap((a, i) =>
    styles.slice(i + 1).flatMap((b, j) =>
      DISTANCES[a.color]![b.color]! < 10 && a.dash === b.dash ? [`${names[i]} and ${names[i + 1 + j]}`] : []
    )
  );
}

Deno.test("alike() finds the pair that earlier versions drew alike", () => {
  const seen = (hex: string) => filterDeficiencyDeuter(1)(parse(hex)!);
  // Their colors of momentum and adam.
  assert(difference(seen("#d55e00"), seen("#b8860b")) < 10);
  const two = ["momentum", "adam"];
  assertEquals(alike(two, [{ color: 1, dash: 0 }, { color: 1, dash: 0 }]), ["momentum and adam"]);
});

Deno.test("PALETTE has nine colors, each with a contrast of at least 3 to its page, and DASHES four patterns", () => {
  const pages = { light: "#ffffff", dark: "#14171b" };
  for (const [theme, page] of Object.entries(pages)) {
    const colors = PALETTE[theme as keyof typeof pages];
    assertEquals(new Set(colors).size, 9);
    for (const color of colors) assert(wcagContrast(color, page) >= 3, `${color} on ${page}`);
  }
  assertEquals(new Set(DASHES.map(String)).size, 4);
});

Deno.test("lineStyles() gives every update rule of the library a style of the table", () => {
  // A rule that is not in the table would take the first free color in a series.
  for (const rule of RULES) {
    const [alone] = lineStyles([rule], { series: true });
    assertEquals(lineStyles(["first", rule], { series: true })[1], alone, rule);
    assertEquals(lineStyles([rule]), [alone], rule);
  }
});

Deno.test("lineStyles() gives a rule the same style in all default plots, and no two look alike", () => {
  const looks = new Map<string, string>();
  for (const [experiment, names] of Object.entries(DEFAULT_SETS)) {
    assert(names.length >= 3, experiment);
    const styles = lineStyles(names);
    assertEquals(alike(names), [], experiment);
    for (const [i, name] of names.entries()) {
      const look = JSON.stringify(styles[i]);
      assertEquals(looks.get(name) ?? look, look, `${name} in ${experiment}`);
      assertEquals(JSON.stringify(lineStyles([name])[0]), look, `${name} alone`);
      looks.set(name, look);
    }
  }
});

Deno.test("lineStyles() tells any two rules apart, and the lines of plots of up to 36 rules", () => {
  const wrong = RULES.flatMap((a, i) => RULES.slice(i + 1).flatMap((b) => alike([a, b])));
  assertEquals(wrong, []);
  const names = [...new Set([...RULES, ...Object.keys(BENCHMARKED), ...REDDI, "mine", "own(rule=1)"])];
  fc.assert(fc.property(fc.shuffledSubarray(names, { minLength: 2, maxLength: 36 }), (plot) => {
    assertEquals(alike(plot), []);
  }));
});

Deno.test("lineStyles() does not depend on the order of the names", () => {
  const names = ["mine", "adam", "dadaptAdam", "adam, small rate", "yours", "momoAdam", "sgd"];
  const byName = (order: readonly string[]) => {
    const styles = lineStyles(order);
    return Object.fromEntries(names.map((name) => [name, styles[order.indexOf(name)]]));
  };
  assertEquals(byName(names.toReversed()), byName(names));
});

Deno.test("lineStyles() reads the rule out of a line's name", () => {
  const styleOf = (name: string) => lineStyles([name])[0];
  for (
    const [name, rule] of [
      ["adam(beta1=0.95,beta2=0.9)", "adam"],
      ["resnet adam", "adam"],
      ["digits/20260131-235959-4f1c adam 0.001", "adam"],
      ["swats-1e-5", "swats"],
      ["Sign SGD", "signSgd"],
      ["sign-sgd", "signSgd"],
      ["gd", "gradientDescent"],
      ["heavy ball", "momentum"],
      ["lookahead(adam)", "lookahead"],
    ] as const
  ) assertEquals(styleOf(name), styleOf(rule), name);
  assertEquals(lineStyles(["adagrad, rare", "adagrad, frequent"]).map((s) => s.color), [2, 2]);
});

Deno.test("lineStyles() gives a rule of one's own the style of its name, and a series the colors in order", () => {
  const styles = ["mine", "theirs", "yours"].map((name) => lineStyles([name])[0]!);
  assertEquals(lineStyles(["adam", "theirs"])[1], styles[1]);
  assertNotEquals(styles[0], styles[1]);
  assertEquals(
    lineStyles(["0.1", "0.2", "0.3"], { series: true }),
    [0, 1, 2].map((color) => ({ color, dash: 0 })),
  );
  // The hash is FNV-1a, as computed by hand: of "a" 0xe40c292c.
  const number = 0xe40c292c % 36;
  assertEquals(lineStyles(["a"]), [{ color: number % 9, dash: Math.floor(number / 9) }]);
});

Deno.test("lineStyles() uses all 36 styles before it uses one again", () => {
  const names = Array.from({ length: 72 }, (_, i) => `line ${i}`);
  const counts = new Map<string, number>();
  for (const style of lineStyles(names)) {
    const key = JSON.stringify(style);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  assertEquals([counts.size, new Set(counts.values())], [36, new Set([2])]);
});
