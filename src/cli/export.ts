// A kernel written to standard output in a format of files, with a note on standard error for each thing that the
// format cannot hold.

import { type ExportFormat, exportBank } from '../kernel/formats/export.js';
import type { Bank } from '../kernel/kernel.js';
import type { Report } from './report.js';
import { writeResult } from './streams.js';

/** Writes a bank. @throws KernelError where the format cannot hold it. */
export async function writeExport(bank: Bank, format: ExportFormat, report: Report): Promise<void> {
  const { data, notes } = await exportBank(bank, format);
  for (const note of notes) report.note(`--format ${format}`, note);
  await writeResult(data);
}
