/**
 * Tensors handed through a session unchanged, which brings them to a device or back to the host.
 *
 * @module
 */
import { buildModel, type DType, Graph, type StaticShape } from "../../onnx/mod.ts";
import { openSession, type Session } from "./session.ts";
import type { SessionOptions } from "./session_options.ts";

/** The tensors that are passed through, by name. */
type Specs = Readonly<Record<string, { readonly dtype: DType; readonly shape: StaticShape }>>;

/** The device, and the options of the session. */
interface PassThroughOptions extends SessionOptions {
  readonly to: "device" | "host";
}

/** Opens a session that hands tensors of these types and shapes through, under their own names. */
export async function openPassThrough(
  specs: Specs,
  { to, ...options }: PassThroughOptions,
): Promise<Pick<Session, "run" | "close">> {
  const names = Object.keys(specs);
  const graph = new Graph();
  for (const name of names) {
    graph.output(graph.input(from(name), specs[name]!.dtype, specs[name]!.shape), name);
  }
  const session = await openSession(buildModel(graph), {
    ...options,
    ...(to === "device" ? { resident: names } : {}),
  });
  return {
    run: (tensors) => session.run(Object.fromEntries(names.map((n) => [from(n), tensors[n]!]))),
    close: () => session.close(),
  };
}

function from(name: string): string {
  return `from.${name}`;
}
