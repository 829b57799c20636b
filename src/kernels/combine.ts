// The ways in which the maps of several kernels become one map, by name. Computes none.

/** rss: root of the sum of squares, as for a gradient's magnitude. maxabs: the largest magnitude. */
export const COMBINES = ['max', 'min', 'sum', 'mean', 'rss', 'maxabs'] as const;
export type Combine = (typeof COMBINES)[number];

/** The names that users may write: `magnitude` is another name of `rss`. */
export const COMBINE_NAMES = [...COMBINES, 'magnitude'] as const;
export type CombineName = (typeof COMBINE_NAMES)[number];

/** The way that a name stands for. */
export function combineOf(name: CombineName): Combine {
  return name === 'magnitude' ? 'rss' : name;
}

/** What kernel files and reports call a way. */
export function nameOfCombine(combine: Combine): CombineName {
  return combine === 'rss' ? 'magnitude' : combine;
}
