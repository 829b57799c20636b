// Presents an image in memory as a source of rows.

import type { SampleArray, Samples } from '../core/image.js';
import type { StripReader, StripSource } from './strip-source.js';

/** Presents decoded samples as a strip source. */
export function samplesAsStrips({ data, ...metadata }: Samples): StripSource {
  const rowSamples = metadata.width * metadata.channels;
  const open = (ring: SampleArray): StripReader => {
    const ringRows = ring.length / rowSamples;
    let done = ring === data ? metadata.height : 0;
    return {
      async readTo(rows) {
        while (done < rows) {
          const ringRow = done % ringRows;
          const to = Math.min(rows, done - ringRow + ringRows);
          ring.set(data.subarray(done * rowSamples, to * rowSamples), ringRow * rowSamples);
          done = to;
        }
      },
      readRest: async () => undefined,
      close: () => undefined,
    };
  };
  return { metadata, ahead: 0, samples: data, open };
}
