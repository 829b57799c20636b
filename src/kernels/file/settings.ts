// Checks a kernel's keys other than its weights (name, group, divisor, bias, anchor, …), each on its own.
// build.ts checks the rules that involve the weights.

import * as v from 'valibot';
import { type FaultReport, type Path, reportFault, unexpected } from '../fault.js';
import { type Settings, settings } from './settings-schema.js';

/** The checked settings of an object. When faults are collected, wrong values are left out. */
export function checkedSettings(
  object: Readonly<Record<string, unknown>>,
  context: { readonly subject: string; readonly path: Path; readonly report?: FaultReport | undefined },
): Settings {
  const { subject, path } = context;
  const result = v.safeParse(settings, object, { abortEarly: context.report === undefined });
  if (result.success) return result.output;
  const sound = { ...object };
  for (const { path: steps = [], message, input } of result.issues) {
    const place = steps.map(({ key }) => key as string | number);
    reportFault(context, unexpected(input, message, subject, [...path, ...place]));
    delete sound[place[0]!];
  }
  return v.parse(settings, sound);
}
