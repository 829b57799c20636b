// A kernel written to standard output in a format of files, with a note on standard error for each thing that the
// format cannot hold.

import { type ExportFormat, exportBank } from '../../../kernels/formats/export.js';
import type { Bank } from '../../../kernels/kernel.js';
import type { Logger } from '../../console/logger.js';
import { writeResult } from '../../console/stdout.js';

/** Writes a bank. @throws KernelError where the format cannot hold it. */
export async function writeExport(bank: Bank, format: ExportFormat, logger: Logger): Promise<void> {
  const { data, notes } = await exportBank(bank, format);
  for (const note of notes) logger.note(`--format ${format}`, note);
  await writeResult(logger.host, data);
}
