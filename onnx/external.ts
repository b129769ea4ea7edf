/**
 * Models as files, with tensors in files beside them.
 *
 * @module
 */
import { readModel, writeModel } from "./model.ts";
import { type Model, ModelError } from "./model.ts";
import { type GraphProto, type TensorProto, TensorProto_DataLocation as Location } from "./onnx_pb.ts";

/**
 * A model from an `.onnx` file; tensors that it stores in other files are read in.
 *
 * @throws {ModelError} when the file is no model, or a tensor's file is missing, too short, or outside the model's folder:
 * an absolute path, one with `..`, or a link that leads out.
 */
export async function readModelFile(path: string): Promise<Model> {
  const model = readModel(await Deno.readFile(path));
  const cut = path.lastIndexOf("/");
  const folder = await Deno.realPath(cut < 0 ? "." : path.slice(0, cut) || "/");
  if (model.graph !== undefined) { for (const t of tensorsOf(model.graph)) await readExternal(t, folder); }
  return model;
}

/** Writes a model to a file: whole, or not at all. */
export async function writeModelFile(path: string, model: Model): Promise<void> {
  const partial = `${path}.${Deno.pid}.tmp`;
  try {
    await Deno.writeFile(partial, writeModel(model));
    await Deno.rename(partial, path);
  } catch (error) {
    await Deno.remove(partial).catch(() => {});
    throw error;
  }
}

function tensorsOf(graph: GraphProto): TensorProto[] {
  const attributes = graph.node.flatMap((n) => n.attribute);
  return [
    ...graph.initializer,
    ...attributes.flatMap((a) => (a.t ? [a.t] : [])),
    ...attributes.flatMap((a) => (a.g ? tensorsOf(a.g) : [])),
  ];
}

async function readExternal(t: TensorProto, folder: string): Promise<void> {
  if (t.dataLocation !== Location.EXTERNAL) return;
  const who = `tensor '${t.name}'`;
  const entries = new Map(t.externalData.map((e) => [e.key, e.value]));
  const location = entries.get("location") ?? "";
  if (
    location === "" || location.startsWith("/") || /^[a-z]:|\\/i.test(location) ||
    location.split("/").includes("..")
  ) {
    throw new ModelError(`${who} is stored at '${location}': it must be a path within the model's folder`);
  }
  let file: string;
  try {
    file = await Deno.realPath(`${folder}/${location}`);
  } catch {
    throw new ModelError(`${who} is stored in '${location}', which is not in the model's folder`);
  }
  if (!file.startsWith(`${folder}/`)) {
    throw new ModelError(`${who}: '${location}' is a link out of the model's folder`);
  }
  const { size } = await Deno.stat(file);
  const offset = Number(entries.get("offset") ?? 0);
  const length = Number(entries.get("length") ?? size - offset);
  if (
    !(Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0 &&
      offset + length <= size)
  ) {
    throw new ModelError(
      `${who} takes bytes ${offset} to ${offset + length} of '${location}', which has ${size}`,
    );
  }
  using handle = await Deno.open(file);
  await handle.seek(offset, Deno.SeekMode.Start);
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const read = await handle.read(bytes.subarray(done));
    if (read === null) throw new ModelError(`${who}: '${location}' ended while it was read`);
    done += read;
  }
  t.rawData = bytes;
  t.externalData = [];
  t.dataLocation = Location.DEFAULT;
}
