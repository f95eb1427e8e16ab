import { claimActivities } from './claims.ts';
import { concludeActivities } from './conclude.ts';
import type { ActivityDeps } from './deps.ts';
import { evidenceActivities } from './evidence.ts';
import { guardActivities } from './guard.ts';
import { leaseActivities } from './lease.ts';
import { prepareActivities } from './prepare.ts';
import { reviseActivities } from './revise.ts';
import { stageActivities } from './stages.ts';
import { undoActivities } from './undo.ts';
import { windowActivities } from './windows.ts';

/** All activities over one world. */
export function createActivities(deps: ActivityDeps) {
  return {
    ...prepareActivities(deps),
    ...guardActivities(() => deps.nowMs()),
    ...leaseActivities(deps),
    ...reviseActivities(),
    ...stageActivities(deps),
    ...claimActivities(deps),
    ...windowActivities(deps),
    ...evidenceActivities(deps),
    ...undoActivities(deps),
    ...concludeActivities(deps),
  };
}

/** What workflows see of them. */
export type Activities = ReturnType<typeof createActivities>;
