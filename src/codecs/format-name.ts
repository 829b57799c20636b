// Names of the output formats.

export type { FormatName } from './registry.js';
