import { UsageError } from "../../console/mod.ts";

/** Returns the folder of data that no command fetches. @throws {UsageError} if none is given, naming who needs it. */
export function ownFolder(
  dataDir: string | undefined,
  { who, files }: { readonly who: string; readonly files: string },
): string {
  if (dataDir !== undefined) return dataDir;
  throw new UsageError(`${who} needs the folder that holds ${files}: --data-dir DIR`);
}
