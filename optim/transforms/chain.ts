import { each, mul, type RuleInputs, type RuleOutputs, where } from "../language/mod.ts";
import { checkUpdater } from "../check_optimizer.ts";
import { type Combined, combined, type Updater } from "../optimizer.ts";
import { anyEnds, Nested, onlyIf, select } from "../nesting/mod.ts";

/**
 * Applies optimizers and transforms one after another: each receives the updates of the one before, the first the
 * gradients.
 *
 * Slots of the i-th rule, counted from 0, have names that begin with `i.`. The parameters to evaluate at are those of
 * the last rule that keeps any.
 *
 * A rule after `sam`, `multiSteps` or `applyIfFinite`, which take several gradients per update or leave updates out,
 * acts when an update ends, from the parameters at which the update began, and counts updates. A rule before `sam`
 * transforms each gradient, but only the last one of a batch changes its state.
 *
 * @param parts transforms and optimizers, at least one
 * @throws {RangeError} without parts, or with two rules of several gradients per update.
 * @throws {TypeError} when a part is not an optimizer, such as an array of them.
 *
 * @example
 * ```ts
 * import { chain } from "./chain.ts";
 * import { clipByGlobalNorm } from "./clip.ts";
 * import { sgd } from "../rules/sgd.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = chain(clipByGlobalNorm(1), sgd({ learningRate: 0.5 }));
 * const params = { w: Float64Array.of(0, 0) };
 * const [updates] = opt.update({ w: Float64Array.of(0, 4) }, opt.init(params), params);
 * assertEquals(updates.w[1], -0.5);
 * ```
 *
 * @see Optax `chain`.
 */
export function chain<T extends readonly Updater[]>(...parts: T): Combined<T[number]> {
  if (parts.length === 0) throw new RangeError("chain takes one or more rules, got none");
  if (Array.isArray(parts[0])) {
    throw new TypeError(
      "chain takes rules one after another, not an array of them: chain(a, b), or chain(...rules)",
    );
  }
  parts.forEach((part, i) => checkUpdater(`chain: rule ${i + 1}`, part));
  const links = parts.map((part, i) => new Nested(part.rule, String(i), { examples: i === 0 }));
  const gradients = parts.map((part) => part.rule.gradientsPerUpdate ?? 1);
  const period = Math.max(...gradients);
  /** The index of the rule that takes several gradients of a batch; -1 if none does. */
  const main = gradients.findIndex((n) => n > 1);
  if (gradients.filter((n) => n > 1).length > 1) {
    throw new RangeError(
      "chain takes at most one rule of several gradients per update, such as sam, got more",
    );
  }
  const first = parts.findIndex((part) => part.rule.waits === true);
  if (first >= 0 && first < main) {
    throw new RangeError(
      `chain: ${parts[first]!.name} cannot come before ${
        parts[main]!.name
      }, which takes several gradients of a batch: ` +
        "put it around the chain",
    );
  }
  if (main > 0 && parts[0]!.rule.eachExample !== undefined) {
    throw new RangeError(
      `chain: ${parts[0]!.name} takes the gradients of single examples, and cannot come before ${
        parts[main]!.name
      }, which takes several gradients of a batch`,
    );
  }
  /** The rules after one that does not end an update at each call. */
  const waiting = first < 0 ? [] : parts.map((_, i) => i).slice(first + 1);
  const clockOf = (i: number) => `updates.${i}`;
  const statistics = links.findLast((link) => link.rule.evaluationBuffers !== undefined);
  const evaluated = links.findLast((link) => link.rule.evaluation !== undefined);
  const last = parts.findLast((part) => part.learningRate !== null);
  return combined<T[number]>(parts, {
    name: parts.map((part) => part.name).join(", "),
    hyperparameters: { rules: parts },
    like: last ?? null,
    rule: {
      gradientsPerUpdate: period,
      ...links[0]!.examples,
      waits: parts.some((part) => part.rule.waits === true),
      slots: (params, buffers) =>
        Object.assign(
          {},
          ...links.map((link) => link.slots(params, buffers)),
          ...waiting.map((i) => ({ [clockOf(i)]: { shape: [], init: 0, clock: { back: 0 } } })),
        ),
      update: (inputs) =>
        links.reduce((before: RuleOutputs, link, i) => {
          const own = i < main
            ? ahead(link, { inputs, before, period })
            : waiting.includes(i)
            ? behind(link, { inputs, before, clock: clockOf(i) })
            : link.update(inputs, { grads: before.updates });
          return {
            ...before,
            ...own,
            state: { ...before.state, ...own.state },
            clocks: { ...before.clocks, ...own.clocks },
          };
        }, { updates: inputs.grads, state: {} }),
      ...(evaluated === undefined ? {} : { evaluation: (inputs) => evaluated.evaluation(inputs) }),
      ...(statistics === undefined ? {} : statistics.statistics),
    },
  });
}

/** Applies a rule before one that takes several gradients of a batch: it sees them all, and its state changes at the last. */
function ahead(
  link: Nested,
  { inputs, before, period }: { inputs: RuleInputs; before: RuleOutputs; period: number },
): RuleOutputs {
  const last = inputs.at("last", ({ t }) => (t % period === 0 ? 1 : 0));
  const result = link.update(inputs, { grads: before.updates, t: (t) => Math.ceil(t / period) });
  return { updates: result.updates, state: select(last, result.state, inputs.state) };
}

/** Applies a rule after one that does not end an update at each call: it acts when an update ends, from where it began. */
function behind(
  link: Nested,
  { inputs, before, clock }: { inputs: RuleInputs; before: RuleOutputs; clock: string },
): RuleOutputs {
  const { ends = {}, home } = before;
  const done = anyEnds(before);
  const result = link.update(inputs, {
    grads: before.updates,
    clock,
    ...(home === undefined ? {} : { params: home }),
  });
  const own = onlyIf(done, result);
  const names = Object.keys(inputs.params);
  return {
    updates: each(names, (p) => where(ends[p]!, result.updates[p]!, before.updates[p]!)),
    state: Object.fromEntries(
      Object.entries(result.state).map(([n, x]) => {
        // A slot of one parameter changes when that parameter does, a shared slot when any does.
        const of = names.find((p) => n.endsWith(`/${p}`));
        return [n, where(of === undefined ? done : ends[of]!, x, inputs.state[n]!)];
      }),
    ),
    ends: each(names, (p) => (result.ends === undefined ? ends[p]! : mul(ends[p]!, result.ends[p]!))),
    clocks: { ...own.clocks, [clock]: done },
  };
}
