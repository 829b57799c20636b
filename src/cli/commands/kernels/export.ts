// Writes a bank to standard output in a kernel file format, with a note on standard error for everything that the format
// cannot hold.

import { type ExportFormat, exportBank } from '../../../kernels/formats/export.js';
import type { Bank } from '../../../kernels/kernel.js';
import type { Logger } from '../../console/logger.js';
import { writeResult } from '../../console/stdout.js';

/** Writes the bank. @throws KernelError if the format cannot hold it. */
export async function writeExport(bank: Bank, format: ExportFormat, logger: Logger): Promise<void> {
  const { data, notes } = await exportBank(bank, format);
  for (const note of notes) logger.note(`--format ${format}`, note);
  await writeResult(logger.host, data);
}
