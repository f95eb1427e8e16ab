import { text } from 'node:stream/consumers';
import type { Plan } from '../../../src/domain/plan.ts';
import type { KubeObject } from '../../../src/kubernetes/kube-client.ts';
import type { RunSpec } from '../../../src/spec/schema.ts';
import { localProvider } from './local-world.ts';

/** What the program below is told on its standard input. */
export interface Request {
  stateFolder: string;
  plan: Plan;
  /** Makes the cluster. */
  ensure?: RunSpec;
  /** Runs this Deployment as a process of the cluster. */
  runDeployment?: KubeObject;
}

/** A program of its own, there to end or be killed: does what it is told and tells its progress line by line. */
async function doHere({ stateFolder, plan, ensure, runDeployment }: Request): Promise<void> {
  const provider = localProvider(stateFolder);
  const work = {
    signal: AbortSignal.timeout(120_000),
    progress: (message: string) => void process.stdout.write(`${message}\n`),
  };
  if (ensure !== undefined) await provider.ensure(plan, ensure, work);
  if (runDeployment !== undefined) await provider.runDeployment?.(plan.cluster, runDeployment, work);
  process.stdout.write('done\n');
}

if (process.argv[1] === import.meta.filename) await doHere(JSON.parse(await text(process.stdin)) as Request);
