/**
 * Descents on a function of two variables, by the update rules on the host, in float64.
 *
 * @module
 */
import type { Config } from "./config.ts";
import { FUNCTIONS, type Point } from "./functions.ts";
import type { Report } from "./messages.ts";
import { optimizerOf } from "./rules.ts";

/** Steps between two reports. */
const CHUNK = 10;

/** Descends with each rule in turn, a few steps at a time, so that the page shows all of them on their way. */
export async function descendAll(config: Config, report: (report: Report) => void): Promise<void> {
  const descents = config.optimizers.map((rule, line) => descent(config, line, optimizerOf(rule, config)));
  for (let left = descents; left.length > 0;) {
    const reports = left.map((d) => d.next());
    for (const { value, done } of reports) if (!done) report(value);
    left = left.filter((_, i) => !reports[i]!.done);
    await new Promise((resolve) => setTimeout(resolve));
  }
}

function* descent(
  config: Config,
  line: number,
  optimizer: ReturnType<typeof optimizerOf>,
): Generator<Report, void, void> {
  const { of } = FUNCTIONS[config.function];
  let params = { point: Float64Array.from(config.start) };
  let state = optimizer.init(params);
  let path: Point[] = [];
  const at = () => [params.point[0]!, params.point[1]!] as const;
  for (let step = 0; step <= config.steps; step++) {
    const [x, y] = at();
    const value = of.f(x, y);
    if (!Number.isFinite(value)) {
      yield { type: "failed", line, message: `diverged at step ${step}` };
      return;
    }
    path.push([x, y]);
    if (path.length === CHUNK || step === config.steps) {
      yield { type: "steps", line, losses: path.map(([x, y]) => of.f(x, y)), path };
      path = [];
    }
    [params, state] = optimizer.step({ point: Float64Array.from(of.gradient(x, y)) }, state, params);
  }
}
