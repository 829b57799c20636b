// The order of test files, so that none runs alone in the end: tests of whole processes first, the small ones of units
// last, and in each project those first that take longest. Vitest would begin with the largest files, and knows their
// times only from a run before.

import { BaseSequencer, type TestSpecification } from 'vitest/node';

const PROJECTS = ['e2e', 'cli', 'unit'];

/** The files that take longest, in any order. */
const LONGEST =
  /\/(accuracy|address-space|apply-bank|both-ways|docs|faults|faults-kept|float-fuzz|interrupt|jpeg-strips|killed|large|laws|man|methods-fft|methods-lines|pipeline|progress|resume|streaming)\.test\.ts$/;

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ project, moduleId }: TestSpecification) =>
      2 * PROJECTS.indexOf(project.name) + (LONGEST.test(moduleId) ? 0 : 1);
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
