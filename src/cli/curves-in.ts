import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ClaimTimeline } from '../measure/window-result.ts';
import { ClaimCurvesBuilder } from '../report/html/claim-curves.ts';
import type { ClaimCurves } from '../report/html/claim-curves.ts';
import { gunzipped } from '../system/gunzipped.ts';

/** The curves of the claims in a run's folder; null where their file is not here, or can't be read. */
export async function curvesIn(folder: string): Promise<ClaimCurves | null> {
  const curves = new ClaimCurvesBuilder();
  try {
    for await (const line of createInterface({ input: gunzipped(join(folder, 'claims.jsonl.gz')) }))
      curves.add(JSON.parse(line) as ClaimTimeline);
  } catch {
    return null;
  }
  return curves.result();
}
