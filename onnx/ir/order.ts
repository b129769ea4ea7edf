/**
 * The order of nodes.
 *
 * @module
 */

/** A node, as far as its place in the order matters. */
interface Ordered {
  readonly outputs: readonly (object | null)[];
  reads(): readonly object[];
}

/**
 * Returns nodes with each after all that it reads, otherwise in the order given.
 *
 * @throws {TypeError} when a node depends on itself.
 */
export function inOrder<N extends Ordered>(nodes: readonly N[]): N[] {
  const producers = new Map<object | null, N>(nodes.flatMap((n) => n.outputs.map((y) => [y, n] as const)));
  const result = new Set<N>();
  // Deep graphs would exhaust JavaScript's stack, so the search keeps its own stack.
  for (const last of nodes) {
    const stack = [last];
    while (stack.length > 0) {
      if (stack.length > nodes.length) throw new TypeError(`${last} depends on itself`);
      const node = stack.at(-1)!;
      const first = result.has(node)
        ? undefined
        : node.reads().map((v) => producers.get(v)).find((n) => n !== undefined && !result.has(n));
      if (first === undefined) {
        result.add(node);
        stack.pop();
      } else stack.push(first);
    }
  }
  return [...result];
}
