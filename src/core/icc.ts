// Reads the colour space and the tone curves of an ICC profile. Colours are not converted.
// Source: ICC.1:2022 (ICC.1:2001 for version 2), sections 7 and 10.

import { parametricCurve, powerCurve, sampledCurve, type ToneCurve } from './tone-curve.js';

const HEADER = 128;
const TAG = 12;
/** Real profiles have about twenty. */
const MAX_TAGS = 1000;
const CURVES: Readonly<Record<string, readonly string[]>> = { GRAY: ['kTRC'], RGB: ['rTRC', 'gTRC', 'bTRC'] };
/** Number of parameters of the parametric functions 0 to 4. */
const PARAMETERS = [1, 3, 4, 5, 7];

/** The colour space of a profile: `RGB`, `GRAY`, `CMYK`, … */
export function profileSpace(profile: Uint8Array): string {
  return new TextDecoder('latin1').decode(profile.subarray(16, 20)).trim();
}

/** Whether a profile describes images with this number of colour channels. */
export function fitsProfile(profile: Uint8Array, colours: number): boolean {
  return CURVES[profileSpace(profile)]?.length === colours;
}

/** The tone curves of a profile, one for grey or three for RGB; null if it has none that are invertible. */
export function profileCurves(profile: Uint8Array): ToneCurve[] | null {
  const names = CURVES[profileSpace(profile)];
  if (!names) return null;
  try {
    const view = new DataView(profile.buffer, profile.byteOffset, profile.byteLength);
    const curves = names.map((name) => readCurve(view, name));
    return curves.every((curve) => curve !== null) ? curves : null;
  } catch (error) {
    // An offset points outside the profile.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** @throws RangeError if an offset points outside the profile. */
function readCurve(view: DataView, name: string): ToneCurve | null {
  const at = offsetOfTag(view, name);
  if (at === null) return null;
  const type = textAt(view, at);
  if (type === 'curv') return readCurv(view, at);
  return type === 'para' ? readPara(view, at) : null;
}

function offsetOfTag(view: DataView, name: string): number | null {
  const count = Math.min(view.getUint32(HEADER), MAX_TAGS);
  for (let i = 0; i < count; i++) {
    const tag = HEADER + 4 + i * TAG;
    if (textAt(view, tag) === name) return view.getUint32(tag + 4);
  }
  return null;
}

/** A `curv` tag. No entry: linear. One entry: an exponent. More entries: samples of the curve at equal steps. */
function readCurv(view: DataView, at: number): ToneCurve | null {
  const count = view.getUint32(at + 8);
  if (count === 0) return powerCurve(1);
  if (count === 1) {
    const exponent = view.getUint16(at + 12) / 256;
    return exponent > 0 ? powerCurve(exponent) : null;
  }
  if (at + 12 + 2 * count > view.byteLength) return null;
  return sampledCurve(
    Float64Array.from({ length: count }, (_, i) => view.getUint16(at + 12 + 2 * i) / 65535),
  );
}

function readPara(view: DataView, at: number): ToneCurve | null {
  const kind = view.getUint16(at + 8);
  const count = PARAMETERS[kind];
  if (count === undefined) return null;
  const [g = 1, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = Array.from(
    { length: count },
    (_, i) => view.getInt32(at + 12 + 4 * i) / 65536,
  );
  if (kind === 0) return g > 0 ? powerCurve(g) : null;
  // Types 1 and 2 change formula where the base of the power is 0, and are constant below.
  if (kind === 1) return parametricCurve([g, a, b, 0, -b / a, 0, 0]);
  if (kind === 2) return parametricCurve([g, a, b, 0, -b / a, c, c]);
  return parametricCurve([g, a, b, c, d, e, f]);
}

function textAt(view: DataView, at: number): string {
  return new TextDecoder('latin1').decode(new Uint8Array(view.buffer, view.byteOffset + at, 4));
}
