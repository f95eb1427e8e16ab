import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** What a gzip file holds. A file that can't be read is an error of this stream too: a bare pipe would pass on none. */
export function gunzipped(path: string): Readable {
  const gunzip = createGunzip();
  createReadStream(path)
    .on('error', (error) => gunzip.destroy(error))
    .pipe(gunzip);
  return gunzip;
}
