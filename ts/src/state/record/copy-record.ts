import { recordFileOf } from '../directory.js';
import { Connection, copyRecord } from './connection.js';

/**
 * Copies the record of a run into a new file that is complete by itself, for a run directory whose
 * components are in its own folder.
 */
export function copyRecordInto(directory: string, file: string): void {
  copyRecord(recordFileOf(directory), file);
  const connection = new Connection(file);
  try {
    connection.exec('PRAGMA journal_mode = DELETE');
    connection.run('DELETE FROM store');
  } finally {
    connection.close();
  }
}
