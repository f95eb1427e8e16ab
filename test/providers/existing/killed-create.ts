import { text } from 'node:stream/consumers';
import type { Plan } from '../../../src/domain/plan.ts';
import type { RunSpec } from '../../../src/spec/schema.ts';
import { createExistingProvider } from '../../../src/providers/existing/existing-provider.ts';

interface Request {
  stateFolder: string;
  plan: Plan;
  spec: RunSpec;
  afterLines: number;
}

/** Holds a cluster as a worker would, and dies with its so-manieth line of progress. */
const { stateFolder, plan, spec, afterLines } = JSON.parse(await text(process.stdin)) as Request;
let told = 0;
const home = (workflowId: string) => ({ kind: 'embedded' as const, sessionId: 'killed', workflowId });
await createExistingProvider({ stateFolder, env: {}, home }).ensure(plan, spec, {
  signal: AbortSignal.timeout(60_000),
  progress: () => {
    told += 1;
    if (told === afterLines) process.kill(process.pid, 'SIGKILL');
  },
});
