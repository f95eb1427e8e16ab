import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import type { ClaimTimeline } from '../measure/window-result.ts';
import { ClaimCurvesBuilder } from '../report/html/claim-curves.ts';
import type { ClaimCurves } from '../report/html/claim-curves.ts';

/** The curves of the claims in a run's folder; null where their file is not here, or can't be read. */
export async function curvesIn(folder: string): Promise<ClaimCurves | null> {
  const curves = new ClaimCurvesBuilder();
  const file = createReadStream(join(folder, 'claims.jsonl.gz'));
  const text = createGunzip();
  file.on('error', (error) => text.destroy(error));
  try {
    for await (const line of createInterface({ input: file.pipe(text) }))
      curves.add(JSON.parse(line) as ClaimTimeline);
  } catch {
    return null;
  }
  return curves.result();
}
