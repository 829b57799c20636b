// Writes a bank in one of the export formats and reports what the format cannot store.

import { kernelFileValue } from '../file/serialize.js';
import type { Bank } from '../kernel.js';
import type { Written } from './format.js';

export const EXPORT_FORMATS = ['json', 'npy', 'mat', 'csv', 'imagemagick'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Writes a bank. @throws KernelError if the format cannot hold its kernels. */
export async function exportBank(bank: Bank, format: ExportFormat): Promise<Written> {
  if (format === 'json') return { data: `${JSON.stringify(kernelFileValue(bank), null, 2)}\n`, notes: [] };
  const { formats } = await import('./list.js');
  const write = formats.find(({ name }) => name === format)?.write;
  if (write === undefined) throw new Error(`no format ${format} is written`);
  return write(bank);
}
