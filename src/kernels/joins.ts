// Which kernels of a bank become one map, as banks are put together and changed. Computes no map.

import { quoted } from '../core/quoted.js';
import type { Combine } from './combine.js';
import type { Bank, Join } from './kernel.js';
import { fault, type Referrer } from './load/referrer.js';

/** A bank's joins where its kernels begin at number `from` among others. */
export function joinsFrom({ joins = [] }: Pick<Bank, 'joins'>, from: number): Join[] {
  return joins.map((join) => ({ ...join, from: join.from + from }));
}

/**
 * The joins of a bank's member whose kernels begin at number `from`.
 * @throws KernelFault where the bank around it makes one map of all.
 */
export function joinsOfMember(
  member: Bank,
  from: number,
  around: Combine | undefined,
  place: Referrer,
): Join[] {
  if (around === undefined || member.joins === undefined) return joinsFrom(member, from);
  const expected = 'a kernel, or a bank without "combine", where the bank around it has one';
  throw fault(place, { expected, found: `${quoted(member.name)}, which has one` });
}

/** A bank with the joins of its members, or all of it joined. */
export function joinedBank({ joins = [], ...bank }: Bank, combine: Combine | undefined): Bank {
  const { name, kernels } = bank;
  const all = combine === undefined ? joins : [{ name, combine, from: 0, count: kernels.length }];
  return all.length > 0 ? { ...bank, joins: all } : bank;
}

/** A bank's joins after a step, which changes each kernel in its place; that of the whole bank has its name. */
export function joinsAfterStep({ name: old, joins }: Bank, name: string): Pick<Bank, 'joins'> {
  return joins ? { joins: joins.map((join) => (join.name === old ? { ...join, name } : join)) } : {};
}
