import { text } from 'node:stream/consumers';
import type { Plan } from '../../../src/domain/plan.ts';
import type { RunSpec } from '../../../src/spec/schema.ts';
import { localProvider } from './local-world.ts';

/**
 * A program of its own: makes the cluster of the plan on its standard input, tells its progress line by line, and is
 * there to be killed.
 */
const request = JSON.parse(await text(process.stdin)) as { stateFolder: string; plan: Plan; spec: RunSpec };
await localProvider(request.stateFolder).ensure(request.plan, request.spec, {
  signal: AbortSignal.timeout(120_000),
  progress: (message) => process.stdout.write(`${message}\n`),
});
process.stdout.write('done\n');
