import { accessSync, constants } from 'node:fs';

/** Says whether this process may write a file or folder: permissions and medium allow it. */
export function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
