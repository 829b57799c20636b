// Encodes raw: samples as in memory, rows from the top, channels interleaved, little-endian, no header.

import { type RowFormat, sampleBytes } from './row-encoder.js';

export const rawRows: RowFormat = () => ({ head: [], encode: sampleBytes });
