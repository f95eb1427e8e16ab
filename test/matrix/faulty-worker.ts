import { readFileSync } from 'node:fs';
import { createLogger } from '../../src/system/logger.ts';
import { resolveTemporal } from '../../src/system/temporal.ts';
import { runWorker } from '../../src/worker.ts';
import { faultyProvider } from './faulty-provider.ts';
import { gated } from './gates.ts';
import type { WorkerInput } from './worker-input.ts';

/**
 * `sandtide worker` as it is, over a world in which the input's faults take place. Arguments: Temporal's address, the
 * file with the input, and the file with the network faults where there are any.
 */
const [address, inputFile = '', faultsFile] = process.argv.slice(2);
const input = JSON.parse(readFileSync(inputFile, 'utf8')) as WorkerInput;
const logger = createLogger();
const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => stop.abort());
await runWorker({
  temporal: resolveTemporal({ address }),
  baseFolder: process.cwd(),
  sessionId: null,
  ...(faultsFile === undefined ? {} : { faultsFile }),
  changes: {
    deps: (real) => ({ ...real, provider: (type) => faultyProvider(real.provider(type), input) }),
    activities: (real) => gated(real, input),
    workflows: { workflowBundle: { codePath: input.workflowBundle } },
  },
  logger,
  signal: stop.signal,
  onReady: () => logger.info('worker is polling'),
});
