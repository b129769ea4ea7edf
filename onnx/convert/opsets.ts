/**
 * Reads the operator sets of a model, and makes graphs of them.
 *
 * @module
 */
import { DEFAULT_OPSET, Graph, RUNTIME_OPSETS } from "../ir/mod.ts";
import { type Model, ModelError } from "../proto/mod.ts";
import { OLDEST_OPSET } from "./upgrade.ts";

/** Returns the versions of the operator sets that a model imports, by domain. @throws {ModelError} as `versionsOf` does. */
export function opsetsOf(model: Model): Record<string, number> {
  return versionsOf(model.opsetImport);
}

/**
 * Returns an empty graph to read a model into: of its operator sets, that of `ai.onnx` at least `DEFAULT_OPSET`.
 *
 * @param options.opsets further operator sets, for domains that the model does not import
 */
export function graphFor(
  model: Model,
  { name, opsets = {} }: { readonly name?: string; readonly opsets?: Readonly<Record<string, number>> } = {},
): Graph {
  const own = opsetsOf(model);
  return new Graph({
    ...(name === undefined ? {} : { name }),
    opsets: { ...own, ...opsets, ...own, "": Math.max(own[""] ?? 0, DEFAULT_OPSET) },
  });
}

/**
 * Returns the versions of operator sets by domain.
 *
 * @throws {ModelError} when a version is not supported, or a domain has two.
 */
export function versionsOf(imports: Model["opsetImport"]): Record<string, number> {
  const versions: Record<string, number> = {};
  for (const o of imports) {
    const [domain, version] = [o.domain === "ai.onnx" ? "" : o.domain, Number(o.version)];
    const what = `operator set ${version} of ${domain || "ai.onnx"}`;
    if (!(Number.isSafeInteger(version) && version >= 1)) throw new ModelError(`there is no ${what}`);
    checkVersion(domain, version, what);
    if (Object.hasOwn(versions, domain) && versions[domain] !== version) {
      throw new ModelError(
        `${what} is imported besides ${versions[domain]}: import one version of each domain`,
      );
    }
    versions[domain] = version;
  }
  return versions;
}

/**
 * Checks an operator set's version.
 *
 * @throws {ModelError} when it is older than this reader supports, or newer than the runtime does.
 */
function checkVersion(domain: string, version: number, what: string): void {
  if (domain === "" && version < OLDEST_OPSET) {
    throw new ModelError(
      `${what} is older than ${OLDEST_OPSET}, the oldest supported one: earlier operators broadcast differently; ` +
        "export the model again, or convert it with onnx.version_converter",
    );
  }
  const newest = Object.hasOwn(RUNTIME_OPSETS, domain) ? RUNTIME_OPSETS[domain]! : Infinity;
  if (version > newest) {
    throw new ModelError(
      `${what} is newer than ${newest}, the newest that ONNX Runtime supports: export the model for that one`,
    );
  }
}
