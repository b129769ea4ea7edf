/**
 * Reads tensors that a model stores in other files.
 *
 * @module
 */
import { NotAFile, requireFile } from "../../files/mod.ts";
import { host } from "../../host/mod.ts";
import { ModelError } from "./model.ts";
import { type TensorProto, TensorProto_DataLocation as Location } from "./onnx_pb.ts";
import { entriesOf } from "./tensors_of.ts";

/**
 * Returns a handler that rethrows errors, and turns {@linkcode NotAFile} into a {@linkcode ModelError} that names the
 * file.
 */
export function refused(what: string): (error: unknown) => never {
  return (error) => {
    throw error instanceof NotAFile ? new ModelError(`${what} ${error.message}`, { cause: error }) : error;
  };
}

/**
 * Reads the data of a tensor from the file that it is stored in; does nothing for a tensor in the model itself.
 *
 * @throws {ModelError} when the file is missing, too short, outside the model's folder, or no regular file.
 */
export async function readExternal(
  t: TensorProto,
  { folder, onFile }: { folder: string; onFile: (location: string) => Promise<void> },
): Promise<void> {
  if (t.dataLocation !== Location.EXTERNAL) return;
  const who = `tensor '${t.name}'`;
  const entries = entriesOf(t);
  const location = entries.get("location") ?? "";
  if (
    location === "" || location.startsWith("/") || /^[a-z]:|\\/i.test(location) ||
    location.split("/").includes("..")
  ) {
    throw new ModelError(`${who} is stored at '${location}': it must be a path within the model's folder`);
  }
  let file: string;
  try {
    file = await host.files.realPath(`${folder}/${location}`);
  } catch {
    throw new ModelError(`${who} is stored in '${location}', which is not in the model's folder`);
  }
  if (!file.startsWith(`${folder}/`)) {
    throw new ModelError(`${who}: '${location}' is a link out of the model's folder`);
  }
  await requireFile(file).catch(refused(`${who}: '${location}'`));
  const { size } = await host.files.stat(file);
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
  await onFile(location);
  const bytes = new Uint8Array(length);
  const handle = await host.files.open(file, "read");
  try {
    for (let done = 0; done < length;) {
      const read = await handle.read(bytes.subarray(done), offset + done);
      if (read === 0) throw new ModelError(`${who}: '${location}' ended while it was read`);
      done += read;
    }
  } finally {
    await handle.close();
  }
  t.rawData = bytes;
  t.externalData = [];
  delete (t as Partial<TensorProto>).dataLocation; // as if it had never been elsewhere
}
