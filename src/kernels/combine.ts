// The names of the operations that combine the maps of several kernels into one map.

/** rss: root of the sum of squares, such as a gradient's magnitude. maxabs: largest magnitude. */
export const COMBINES = ['max', 'min', 'sum', 'mean', 'rss', 'maxabs'] as const;
export type Combine = (typeof COMBINES)[number];

/** The names that users may write; `magnitude` is an alias of `rss`. */
export const COMBINE_NAMES = [...COMBINES, 'magnitude'] as const;
export type CombineName = (typeof COMBINE_NAMES)[number];

/** The operation with this name or alias. */
export function parseCombine(name: CombineName): Combine {
  return name === 'magnitude' ? 'rss' : name;
}

/** The name used in kernel files and reports. */
export function combineName(combine: Combine): CombineName {
  return combine === 'rss' ? 'magnitude' : combine;
}
