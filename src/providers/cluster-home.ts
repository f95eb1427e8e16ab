import * as z from 'zod';
import type { ClusterHome } from './provider.ts';

/**
 * Where a cluster's run lives, as our own records have it. Loose, so that what another release has added is kept when a
 * record is written again.
 */
export const homeSchema: z.ZodType<ClusterHome> = z.discriminatedUnion('kind', [
  z.looseObject({
    kind: z.literal('temporal'),
    address: z.string(),
    namespace: z.string(),
    workflowId: z.string(),
  }),
  z.looseObject({ kind: z.literal('embedded'), sessionId: z.string(), workflowId: z.string() }),
]);

/** Of a cluster that doesn't say it. It names nobody, and no sweep touches what it stands on. */
export const UNKNOWN_HOME: ClusterHome = { kind: 'temporal', address: '', namespace: '', workflowId: '' };
