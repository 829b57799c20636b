// The HTML page of `compare --report`: its path for each image, and a writer to which kernels are added one by one.

import { dirname } from 'node:path';
import type { Comparison } from '../../analysis/compare.js';
import { UsageError } from '../../core/errors.js';
import { makeFolder, writeAtomic } from '../../io/write/write-atomic.js';
import { ReportPage, type ReportSubject } from '../../render/html/report-page.js';
import { outputPath } from '../paths/template.js';

const ENDING = /\.html?$/i;
const FIELDS = /\{(name|kernel|dir)\}/;

/**
 * The path of each input's page. @param kernel the kernels' name in file names.
 * @throws UsageError for an ending other than .html, an unknown field, or one path for several inputs.
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
      problem: `cannot hold the pages of ${inputs.length} images`,
      advice: "use a template: --report '{dir}{name}.html'",
    });
  }
  const rule = { format: 'png', template: report, makesFolders: FIELDS.test(report) } as const;
  return inputs.map((input, i) => outputPath(rule, { input, kernel, index: 1, number: i + 1 }));
}

/** The page of one image. It is written by `write`, once all kernels were added. */
export class ImagePage {
  readonly #path: string;
  readonly #page: ReportPage;
  readonly #inputs: ReadonlySet<string>;
  readonly #makesFolder: boolean;
  #isEmpty = true;

  /**
   * @param report the value of --report; if it has fields, missing folders are created.
   * @param inputs identities of files that must not be overwritten.
   */
  constructor(report: string, path: string, subject: ReportSubject, inputs: ReadonlySet<string>) {
    this.#makesFolder = FIELDS.test(report);
    this.#path = path;
    this.#page = new ReportPage(subject);
    this.#inputs = inputs;
  }

  /** Adds a kernel. Its maps may be released afterwards. */
  async add(comparison: Comparison): Promise<void> {
    await this.#page.add(comparison);
    this.#isEmpty = false;
  }

  /** Writes the page atomically; returns its path, or nothing if every kernel failed. @throws OutputError. */
  async write(): Promise<string[]> {
    if (this.#isEmpty) return [];
    const page = new TextEncoder().encode(await this.#page.page());
    if (this.#makesFolder) await makeFolder(dirname(this.#path));
    await writeAtomic(this.#path, [page], this.#inputs);
    return [this.#path];
  }
}
