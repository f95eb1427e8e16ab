import type { Logger } from 'pino';
import { startFaultProxy } from './fault-proxy.ts';
import type { FaultProxy } from './fault-proxy.ts';
import { readFaultsFile } from './read-faults.ts';
import { ruleName } from './rule-words.ts';

/** The network faults of one worker, or none. */
export interface WorkerFaults {
  /** The access by which the worker connects to a cluster. */
  through: FaultProxy['through'];
  /** For the report's versions: `faults` with the file's digest, or nothing. No run with faults may look like one without. */
  versions: Record<string, string>;
  close(): Promise<void>;
}

const NONE: WorkerFaults = { through: (access) => access, versions: {}, close: async () => {} };

/** Reads the faults file and starts the proxy; without a file there are no faults. Throws InvalidSpecError for a bad one. */
export async function openWorkerFaults(
  file: string | undefined,
  logger: Pick<Logger, 'info' | 'warn'>,
): Promise<WorkerFaults> {
  if (file === undefined || file === '') return NONE;
  const { plan, sha256 } = await readFaultsFile(file);
  const proxy = await startFaultProxy(plan, {
    onFault: (fault) => logger.info({ fault }, 'a fault of the faults file took place'),
  });
  logger.warn(
    { faults: file, sha256, seed: plan.seed, rules: plan.rules.map(ruleName) },
    'NETWORK FAULTS ARE ON: calls to API servers fail on purpose, and figures of runs on this worker are suspect',
  );
  return {
    through: (access) => proxy.through(access),
    versions: { faults: `sha256:${sha256}` },
    async close() {
      logger.warn({ faults: proxy.counts() }, 'what became of the faults');
      await proxy.close();
    },
  };
}
