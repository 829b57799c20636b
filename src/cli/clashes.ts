// Two outputs of a run that would be one file, and what a user can do about it. Knows paths only.

import { resolve } from 'node:path';
import { UsageError } from '../errors.js';
import { findCollision, outputPath, type PartField, STANDARD_OUTPUT } from '../output/names.js';

/** A path that a run would write to, and what for. */
export interface Claim {
  readonly input: string;
  /** What the output holds, with the name that errors call it; one object for all images. */
  readonly part: { readonly name: string };
  readonly path: string;
}

/** @param field what a template calls a part. @throws UsageError where two outputs would be one file. */
export function refuseClashes(claims: readonly Claim[], field: PartField): void {
  const clash = findCollision(claims.map(({ path }) => (path === STANDARD_OUTPUT ? path : resolve(path))));
  if (!clash) return;
  const [first, second] = [claims[clash.first]!, claims[clash.second]!];
  if (first.input === second.input && first.part === second.part) {
    throw new UsageError({ subject: first.input, problem: 'is given twice', advice: ONCE });
  }
  const of = ({ input, part }: Claim) => `${part.name} of ${input}`;
  throw new UsageError({
    subject: first.path === STANDARD_OUTPUT ? 'standard output' : first.path,
    problem: `would hold both ${of(first)} and ${of(second)}`,
    advice:
      first.path === STANDARD_OUTPUT
        ? 'standard output takes one picture: name the others with --out, or see --combine and --stack'
        : adviceFor(first.input, second.input, field),
  });
}

const ONCE = 'name each input once';

function adviceFor(first: string, second: string, field: PartField): string {
  if (first === second) return `number the ${field}s: --out '{dir}{name}.{${field}}.{index}.{ext}'`;
  if (resolve(first) === resolve(second)) return ONCE;
  if (findCollision([withoutEnding(first), withoutEnding(second)])) {
    return 'no --out tells their names apart: rename one of them, or give each in a command of its own with another --out';
  }
  return `use --out with a folder/ or a template such as {dir}{name}.{${field}}.{ext}`;
}

/** All that a template can say of an input. */
function withoutEnding(input: string): string {
  const rule = { format: 'png', template: '{dir}{name}', makesFolders: false } as const;
  return resolve(outputPath(rule, { input, kernel: '', index: 1 }));
}
