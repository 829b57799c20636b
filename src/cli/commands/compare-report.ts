// The page that `compare --report` writes for an image: where it goes, and how it is gathered from kernel to kernel
// and written. Knows nothing of what is on it.

import { dirname } from 'node:path';
import type { Comparison } from '../../analysis/compare.js';
import { UsageError } from '../../core/errors.js';
import { makeFolder, writeAtomic } from '../../io/write/write-atomic.js';
import { ReportPage, type ReportSubject } from '../../render/html/report-page.js';
import { outputPath } from '../paths/template.js';

const ENDING = /\.html?$/i;
const FIELDS = /\{(name|kernel|dir)\}/;

/**
 * Where the page of each input goes; `kernel` is what the kernels are called in file names.
 * @throws UsageError for another ending, another field, or one path for several inputs.
 */
export function reportPaths(report: string, inputs: readonly string[], kernel: string): string[] {
  if (!ENDING.test(report)) {
    const found = /\.[^./\\]+$/.exec(report)?.[0] ?? 'none';
    throw new UsageError({ subject: `--report ${report}`, expected: 'a path that ends in .html', found });
  }
  for (const [field] of report.matchAll(/\{[^{}]*\}/g)) {
    if (FIELDS.test(field)) continue;
    const expected = 'fields among {name} {kernel} {dir}';
    throw new UsageError({ subject: `--report ${report}`, expected, found: field });
  }
  if (inputs.length > 1 && !FIELDS.test(report)) {
    throw new UsageError({
      subject: `--report ${report}`,
      problem: `would hold the pages of ${inputs.length} images`,
      advice: "use a template: --report '{dir}{name}.html'",
    });
  }
  const rule = { format: 'png', template: report, makesFolders: FIELDS.test(report) } as const;
  return inputs.map((input, i) => outputPath(rule, { input, kernel, index: 1, number: i + 1 }));
}

/** The page of one image. */
export class ImagePage {
  readonly #path: string;
  readonly #page: ReportPage;
  readonly #inputs: ReadonlySet<string>;
  readonly #makesFolder: boolean;
  #isEmpty = true;

  /**
   * @param report what --report says; folders are made where it has fields.
   * @param inputs identities of files that are never written over.
   */
  constructor(report: string, path: string, subject: ReportSubject, inputs: ReadonlySet<string>) {
    this.#makesFolder = FIELDS.test(report);
    this.#path = path;
    this.#page = new ReportPage(subject);
    this.#inputs = inputs;
  }

  /** Adds a kernel; its maps are not needed afterwards. */
  async add(comparison: Comparison): Promise<void> {
    await this.#page.add(comparison);
    this.#isEmpty = false;
  }

  /** Writes the page, whole or not at all; its path, or none where every kernel failed. @throws OutputError. */
  async write(): Promise<string[]> {
    if (this.#isEmpty) return [];
    const page = new TextEncoder().encode(await this.#page.page());
    if (this.#makesFolder) await makeFolder(dirname(this.#path));
    await writeAtomic(this.#path, [page], this.#inputs);
    return [this.#path];
  }
}
