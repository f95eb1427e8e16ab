import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { RunReport } from '../src/report/report.ts';
import { SoakHome } from '../test/support/soak-home.ts';

/**
 * `npm run soak -- --minutes 30 --qps 1`: a soak for real on the local plane, on a Temporal server whose limits of a
 * history are a hundredth of what they are, with its worker killed every two minutes. Writes what it saw as JSON.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    qps: { type: 'string', default: '1' },
    window: { type: 'string', default: '60s' },
    'kill-every': { type: 'string', default: '120' },
    out: { type: 'string', default: 'runs/soak' },
  },
});
const minutes = Number(values.minutes);
const killEveryMs = Number(values['kill-every']) * 1000;
const spec = {
  description: `soak of ${minutes} minutes, worker killed every ${values['kill-every']} s`,
  provider: { type: 'local', pools: { general: { nodes: 1 }, sandbox: { nodes: 2 } } },
  agentSandbox: { warmPool: { replicas: 10 } },
  load: { qps: Number(values.qps), duration: `${minutes}m`, readyTimeout: '60s' },
  soak: {
    window: values.window,
    watch: [
      { threshold: 'orphans <= 0', windows: 3 },
      { threshold: 'controllerRestarts <= 0', windows: 1 },
      { threshold: 'controllerMemory growth <= 100%', windows: 5 },
    ],
  },
  thresholds: ['failedFraction <= 1%'],
  limits: { lease: `${minutes + 60}m`, heartbeatTimeout: '10s' },
};

const home = new SoakHome();
const seen = { kills: 0, executions: 0, mostEvents: 0, mostBytes: 0 };
try {
  await home.startServer();
  writeFileSync(join(home.folder, 'soak.json'), JSON.stringify(spec));
  let worker = await home.startWorker();
  const said = await home.startRun('soak', join(home.folder, 'soak.json'));
  console.log(said.trim());
  let killedMs = Date.now();
  while ((await home.statusOf('soak')) === 'RUNNING') {
    await sleep(5_000);
    const stage = (await home.progress('soak'))?.phase ?? '?';
    if (stage !== 'run-claims' || Date.now() - killedMs < killEveryMs) continue;
    worker.child.kill('SIGKILL');
    await worker.ended;
    worker = await home.startWorker();
    killedMs = Date.now();
    seen.kills += 1;
    const load = (await home.progress('soak'))?.load;
    console.log(
      `${new Date().toISOString()} kill ${seen.kills}: ${load?.windowsOver} windows over, continued ${load?.continued}`,
    );
  }
  for (const { events, bytes } of await home.historiesOf('soak')) {
    seen.executions += 1;
    seen.mostEvents = Math.max(seen.mostEvents, events);
    seen.mostBytes = Math.max(seen.mostBytes, bytes);
  }
  const status = await home.statusOf('soak');
  const report = await home.reportOf('soak');
  mkdirSync(values.out, { recursive: true });
  home.copyRun('soak', values.out);
  const { outcome, verdict, verdictReasons, claims, latency } = (report ?? {}) as Partial<RunReport>;
  const result = {
    status,
    outcome,
    verdict,
    verdictReasons,
    claims,
    dueToReady: latency?.dueToReady,
    ...seen,
    left: home.clustersLeft(),
  };
  writeFileSync(join(values.out, 'soak.json'), `${JSON.stringify(result, null, 2)}\n`);
  console.log(JSON.stringify(result, null, 2));
} finally {
  await home.end();
}
