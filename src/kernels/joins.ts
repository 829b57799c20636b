// The joins of a bank: runs of kernels whose maps are combined into one map. Moves, merges and renames joins
// when banks are nested or processed by a step.

import { quoted } from '../core/errors.js';
import type { Combine } from './combine.js';
import { faultAt, type Place } from './fault.js';
import type { Bank, Join } from './kernel.js';

/** A bank's joins, shifted to where its kernels begin at index `from` of an enclosing bank. */
export function joinsFrom({ joins = [] }: Pick<Bank, 'joins'>, from: number): Join[] {
  return joins.map((join) => ({ ...join, from: join.from + from }));
}

/**
 * The joins of a member of a bank, whose kernels begin at index `from`.
 * @throws KernelFault if both the member and the enclosing bank combine maps.
 */
export function joinsOfMember(member: Bank, from: number, around: Combine | undefined, place: Place): Join[] {
  if (around === undefined || member.joins === undefined) return joinsFrom(member, from);
  const expected = 'a kernel, or a bank without "combine", where the bank around it has one';
  throw faultAt(place, { expected, found: `${quoted(member.name)}, which has one` });
}

/** A bank with its members' joins, or one join over all its kernels if `combine` is given. */
export function joinedBank({ joins = [], ...bank }: Bank, combine: Combine | undefined): Bank {
  const { name, kernels } = bank;
  const all = combine === undefined ? joins : [{ name, combine, from: 0, count: kernels.length }];
  return all.length > 0 ? { ...bank, joins: all } : bank;
}

/**
 * A bank's joins after a step, which keeps the number and order of kernels. A join of the whole bank takes
 * its new name.
 */
export function joinsAfterStep({ name: old, joins }: Bank, name: string): Pick<Bank, 'joins'> {
  return joins ? { joins: joins.map((join) => (join.name === old ? { ...join, name } : join)) } : {};
}
