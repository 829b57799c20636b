// A kernel's keys other than its weights → checked settings, each by itself: name, group, divisor, bias, anchor and the
// like. It does not know the weights; finish.ts has the rules that need both.

import * as v from 'valibot';
import { type FaultReport, KernelFault, type Path, reportFault, shown } from '../fault.js';
import { type Settings, settings } from './settings-schema.js';

/** The settings of an object. Where faults are collected, those that are wrong are left out. */
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
    const details = { subject, path: [...path, ...place], expected: message, found: shown(input) };
    reportFault(context, new KernelFault(details));
    delete sound[place[0]!];
  }
  return v.parse(settings, sound);
}
