// Computes a map whose responses pass through stages: rows of the image become float samples, kernels run over them in
// tiles, and their responses are joined with alpha, encoded by the tone curve, joined with each other, and mapped. Each
// range of rows goes through all stages at once, in memory of its thread.

import type { Rows, SampleArray } from '../core/image.js';
import type { ToneCurve } from '../core/tone-curve.js';
import type { Plan } from '../plan/plan.js';
import { inputRows, type Reach } from '../plan/streaming/input-rows.js';
import { FloatSamples } from './input/float-samples.js';
import { curvesOf, fromLinear } from './input/srgb.js';
import { largestMagnitude, paintWheel, type Signs, writeAngles } from './output/angles.js';
import { Combiner } from './output/combine-responses.js';
import { type AlphaDivision, appendAlpha, unpremultiply } from './output/filtered-alpha.js';
import type { Stats } from './output/requantize.js';
import { type Extremes, mapValues } from './output/value-mapping.js';
import type { RunData } from './runner.js';
import type { RowStages } from './stages.js';
import type { GroupShape } from './tile.js';
import type { TileRunners } from './tile-runners.js';

/** The constant part of a work's runs. */
export interface RowShape {
  readonly stages: RowStages;
  /** In the order of the kernels, which is that of joining. */
  readonly groups: readonly RowGroup[];
  /** The image rows that the kernels of all groups read. */
  readonly reach: Reach;
}

/** Consecutive kernels that share tiles. */
export interface RowGroup {
  /** The index of the first kernel. */
  readonly from: number;
  readonly colour: GroupShape;
  /** Of each kernel; null where alpha is not filtered. */
  readonly alpha: readonly (GroupShape | null)[];
}

const NOTHING = new Float32Array();

export class RowStagesRunner {
  readonly #shape: RowShape;
  readonly #tiles: TileRunners;
  /** null where samples are filtered as stored. */
  readonly #samples: FloatSamples | null;
  readonly #curves: readonly ToneCurve[];
  readonly #combiner: Combiner | null;
  readonly #buffers = new Map<string, Float32Array>();

  constructor(shape: RowShape, tiles: TileRunners) {
    this.#shape = shape;
    this.#tiles = tiles;
    const { stages } = shape;
    const { image, join, linear, premultiplies } = stages;
    this.#samples = linear || premultiplies ? new FloatSamples(image, stages) : null;
    this.#curves = linear ? curvesOf(image) : [];
    this.#combiner = join?.kind === 'combine' ? new Combiner(join.rule) : null;
  }

  /** Computes rows of the map; returns its statistics. */
  compute(rows: Rows, data: RunData): readonly [Stats] {
    const { source } = data;
    const input = this.#samples ? this.#converted(this.#samples, source, rows) : source;
    const out = this.#rowsOfTarget(rows, data);
    const { stages, groups } = this.#shape;
    let place = 0;
    let last: { responses: Float32Array; channels: number; stats: Stats } | undefined;
    let first: Float32Array = NOTHING;
    for (const { from, colour, alpha } of groups) {
      // An angle needs the responses of both kernels at once, so each has its own buffers.
      const own = stages.join?.kind === 'angle' ? from : 0;
      const { maps, stats } = this.#run(colour, place++, input, rows, own);
      for (const [i, shape] of alpha.entries()) {
        const filtered = shape && this.#run(shape, place++, source, rows, own + i, 'alpha').maps[0]!;
        const { plan } = colour.group[i]!;
        const division = stages.alpha[from + i]?.division ?? null;
        const { responses, channels } = this.#completed(plan, division, maps[i]!, filtered, own + i);
        this.#combiner?.add(responses);
        if (from + i === 0) first = responses;
        last = { responses, channels, stats: stats[i]! };
      }
    }
    const { responses, channels, stats } = last!;
    if (stages.join?.kind === 'angle')
      return [this.#finishAngles(first, responses, channels, stages.join.signs, out)];
    this.#combiner?.end(responses);
    const isChanged = stages.join !== null || stages.linear || stages.alpha.some((one) => one);
    return [this.#finish(responses, channels, out, isChanged ? null : stats)];
  }

  /** The rows of the image that rows of the map read, as float samples: row y is at y modulo their number. */
  #converted(samples: FloatSamples, source: SampleArray, rows: Rows): Float32Array {
    const { width, channels } = this.#shape.stages.image;
    const read = inputRows(this.#shape.reach, rows);
    const out = this.#buffer('input', Math.max(1, read.to - read.from) * width * channels);
    samples.convert(source, read, width, out);
    return out;
  }

  #run(shape: GroupShape, place: number, input: SampleArray, rows: Rows, first: number, name = 'colour') {
    const { width, channels } = shape.group[0]!.plan.output;
    const count = (rows.to - rows.from) * width * channels;
    const maps = shape.group.map((_, i) => this.#buffer(`${name} ${first + i}`, count));
    const data = { source: input, targets: maps, firstRow: rows.from };
    return { maps, stats: this.#tiles.get(shape, place).compute(rows, data) };
  }

  /** A kernel's responses with those of alpha, encoded. */
  #completed(
    plan: Plan,
    division: AlphaDivision | null,
    colour: Float32Array,
    alpha: Float32Array | null,
    buffer: number,
  ) {
    const { stages } = this.#shape;
    let { channels } = plan.output;
    let responses = colour;
    if (alpha) {
      responses = this.#buffer(`both ${buffer}`, colour.length + alpha.length);
      if (division) unpremultiply(colour, alpha, channels, division, responses);
      else appendAlpha(colour, alpha, channels, responses);
      channels++;
    }
    if (stages.linear) fromLinear(responses, channels, plan, { image: stages.image, curves: this.#curves });
    if (!division || stages.join?.kind !== 'angle' || stages.includesAlpha) return { responses, channels };
    return {
      responses: this.#withoutAlpha(responses, channels, `colour alone ${buffer}`),
      channels: channels - 1,
    };
  }

  /** Stores responses in the map's rows `out`. @param known their statistics; null where they must be found. */
  #finish(responses: Float32Array, channels: number, out: SampleArray, known: Extremes | null): Stats {
    const { finish, includesAlpha, alpha, join } = this.#shape.stages;
    // Gain and mapping do not apply to the alpha that weights colour, except under an angle.
    const isWeighted = join?.kind !== 'angle' && alpha.some((one) => one?.division);
    const colours = isWeighted ? channels - 1 : channels;
    const range = known ?? extremesOf(responses, colours, channels);
    let clipped = 0;
    if (finish.kind === 'map') {
      const kept = includesAlpha || !isWeighted ? channels : colours;
      const values = kept === channels ? responses : this.#withoutAlpha(responses, channels, 'colour alone');
      const { length } = values;
      if (colours === kept)
        clipped = mapValues(values, out, finish.mapping, { first: 0, every: 1, end: length });
      else {
        for (let first = 0; first < colours; first++)
          clipped += mapValues(values, out, finish.mapping, { first, every: kept, end: length });
        mapValues(values, out, finish.opacity!, { first: colours, every: kept, end: length });
      }
    }
    return { ...range, clipped };
  }

  #finishAngles(
    first: Float32Array,
    second: Float32Array,
    channels: number,
    signs: Signs,
    out: SampleArray,
  ): Stats {
    const { finish } = this.#shape.stages;
    if (finish.kind === 'magnitude') return { min: 0, max: largestMagnitude(first, second), clipped: 0 };
    const angles = this.#buffer('angles', first.length);
    const range = writeAngles(first, second, signs, angles);
    if (finish.kind !== 'wheel') return this.#finish(angles, channels, out, range);
    return { ...range, clipped: paintWheel([first, second, angles], finish.wheel, out) };
  }

  #withoutAlpha(responses: Float32Array, channels: number, buffer: string): Float32Array {
    const out = this.#buffer(buffer, (responses.length / channels) * (channels - 1));
    for (let from = 0, to = 0; from < responses.length; from++)
      if (from % channels < channels - 1) out[to++] = responses[from]!;
    return out;
  }

  /** Rows of the map; empty if only statistics are found. */
  #rowsOfTarget({ from, to }: Rows, { targets: [target = NOTHING], firstRow }: RunData): SampleArray {
    const { output } = this.#shape.groups[0]!.colour.group[0]!.plan;
    const row = output.width * this.#shape.stages.channels;
    return target.subarray((from - firstRow) * row, (to - firstRow) * row);
  }

  /** Memory that is kept for the next rows. */
  #buffer(name: string, length: number): Float32Array {
    let known = this.#buffers.get(name);
    if (!known || known.length < length) {
      known = new Float32Array(length);
      this.#buffers.set(name, known);
    }
    return known.subarray(0, length);
  }
}

/** The smallest and the largest of the first `colours` of each pixel's channels. NaN is neither. */
function extremesOf(values: Float32Array, colours: number, channels: number): Extremes {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < colours; c++) {
    for (let i = c; i < values.length; i += channels) {
      if (values[i]! < min) min = values[i]!;
      if (values[i]! > max) max = values[i]!;
    }
  }
  return { min, max };
}
