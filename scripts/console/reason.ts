/**
 * Describes errors in a few words.
 *
 * @module
 */
import { systemText } from "../../files/mod.ts";
import { messageOf } from "../../options/mod.ts";

/** Returns why a file or folder could not be read or written, without the path and error number that the runtime adds. */
export function reason(error: unknown): string {
  const { errors } = Deno;
  if (error instanceof errors.NotFound) return "no such file";
  if (error instanceof errors.PermissionDenied) return "permission denied";
  if (error instanceof errors.IsADirectory) return "is a folder, not a file";
  if (error instanceof errors.NotADirectory) return "a part of the path is a file";
  if (error instanceof errors.AlreadyExists) return "a file is in the way";
  // Deno requires --allow-all to read /proc and similar paths.
  if (error instanceof errors.NotCapable) return "the task has no permission to";
  return systemText(messageOf(error));
}
