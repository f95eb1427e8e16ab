import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import packageJson from '../package.json' with { type: 'json' };
import { ENDINGS, recordedIds } from '../test/support/recorded-endings.ts';
import { SWEEPS } from '../test/support/recorded-sweeps.ts';
import { EARLY_CONTINUE_AS_NEW, RunEnvironment } from '../test/support/run-environment.ts';
import { SweepEnvironment } from '../test/support/sweep-environment.ts';

/**
 * `node scripts/record-histories.ts`: plays every ending of runs, guards and sweeps on a real Temporal server and keeps the histories under
 * test/workflows/histories/<version>/, where a test replays them for ever after. Run before each release, never for
 * one that is out.
 */
const folder = join(import.meta.dirname, '../test/workflows/histories', packageJson.version);
await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
const identity = 'recorder';
const env = await RunEnvironment.start({ identity, serverArguments: EARLY_CONTINUE_AS_NEW });
try {
  const plays = Object.entries(ENDINGS);
  // A few at a time: each has to see certain moments of its run, on a busy machine too.
  while (plays.length > 0) {
    await Promise.all(plays.splice(0, 5).map(([name, play]) => play(env, name)));
  }
  for (const id of Object.keys(ENDINGS).flatMap(recordedIds)) {
    const runIds = await env.executionsOf(id);
    for (const [index, runId] of runIds.entries()) await keep(env.address, id, runId, `${id}.${index + 1}`);
  }
} finally {
  await env.stop();
}
const sweeps = new SweepEnvironment();
await sweeps.start({ identity });
try {
  for (const [id, play] of Object.entries(SWEEPS)) {
    await play(sweeps, id);
    const { runId } = await sweeps.client.workflow.getHandle(id).describe();
    await keep(sweeps.server.address, id, runId, `${id}.1`);
  }
} finally {
  await sweeps.stop();
}

/** By the CLI, because the SDK's own historyToJSON does not work with its protobufjs. */
async function keep(address: string, workflowId: string, runId: string, name: string): Promise<void> {
  const show = ['workflow', 'show', '--workflow-id', workflowId, '--run-id', runId, '--output', 'json'];
  const { stdout } = await execa(env.temporal, [...show, '--address', address]);
  await writeFile(join(folder, `${name}.json`), portable(stdout));
  console.log(name);
}

/** One event a line, without stack traces: they tell of this machine, and nothing replays by them. */
function portable(json: string): string {
  const { events } = JSON.parse(json, (key, value: unknown) =>
    key === 'stackTrace' ? undefined : value,
  ) as {
    events: unknown[];
  };
  return `{"events":[\n${events.map((event) => JSON.stringify(event)).join(',\n')}\n]}\n`;
}
