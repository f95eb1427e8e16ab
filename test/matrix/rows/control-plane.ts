import { spawn } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cell } from '../cell.ts';
import type { Row, SetUp } from '../row.ts';
import { everywhere } from '../row.ts';

const NONE_YET = 'there is no control plane yet';
const NO_CONTROLLER = 'the controller is started by the next stage';

/** With the load next: the install before it has made everything that a fault can hit. */
const beforeLoad = (place: string): SetUp =>
  place === 'between stages' ? { input: { gates: ['runClaims'] } } : {};

/** A load without its control plane ends with what it has: claims that failed or timed out, or none that became ready. */
const LOSES_CLAIMS = ['passed', 'thresholds-missed', 'failed'] as const;

export const CONTROL_PLANE_ROWS: readonly Row[] = [
  {
    name: 'API server SIGSTOP for 6 s',
    expected: everywhere(['passed'], { 'before create': NONE_YET }),
    inject: (cell) => standStill(cell, 'kube-apiserver', 6_000),
  },
  {
    name: 'API server SIGKILL',
    expected: everywhere(['passed'], {
      'before create': NONE_YET,
      'install-agent-sandbox': ['passed', 'failed'],
      'run-claims': LOSES_CLAIMS,
      'between stages': LOSES_CLAIMS,
    }),
    setUp: beforeLoad,
    inject: async (cell) => void (await kill(cell, 'kube-apiserver')),
  },
  {
    name: 'API server SIGKILL, restarted',
    expected: everywhere(['passed'], {
      'before create': NONE_YET,
      'run-claims': LOSES_CLAIMS,
    }),
    setUp: beforeLoad,
    async inject(cell) {
      const again = await kill(cell, 'kube-apiserver');
      await sleep(1_000);
      // One that is being created is its creator's to start again.
      if (cell.place !== 'create-cluster' && cell.place !== 'unwind') again();
    },
  },
  {
    name: 'etcd SIGSTOP for 2 to 5 s',
    expected: everywhere(['passed'], { 'before create': NONE_YET }),
    inject: (cell) => standStill(cell, 'etcd', 2_000 + (cell.seed % 4) * 1_000),
  },
  {
    name: 'controller SIGKILL',
    expected: everywhere(LOSES_CLAIMS, {
      'before create': NONE_YET,
      'create-cluster': NO_CONTROLLER,
      unwind: ['passed'],
    }),
    setUp: (place) => ({ ...beforeLoad(place), spec: { load: { readyTimeout: '10s' } } }),
    inject: async (cell) => void (await kill(cell, 'agent-sandbox-controller')),
  },
  {
    name: 'kwok SIGKILL',
    expected: everywhere(LOSES_CLAIMS, {
      'before create': NONE_YET,
      'create-cluster': ['passed'],
      unwind: ['passed'],
    }),
    setUp: (place) => ({ ...beforeLoad(place), spec: { load: { readyTimeout: '10s' } } }),
    inject: async (cell) => void (await kill(cell, 'kwok-controller')),
  },
];

async function pidOf(cell: Cell, program: string): Promise<number | null> {
  // In the unwind it may be gone already.
  if (cell.place === 'unwind') return cell.pids(program)[0] ?? null;
  await cell.until(program, () => cell.pids(program).length > 0);
  return cell.pids(program)[0] ?? null;
}

async function standStill(cell: Cell, program: string, ms: number): Promise<void> {
  const pid = await pidOf(cell, program);
  if (pid === null) return void cell.notes.push(`${program} was gone already`);
  send(pid, 'SIGSTOP');
  cell.openGates();
  await sleep(ms);
  send(pid, 'SIGCONT');
}

/** Returns what starts the same program again, as it was. */
async function kill(cell: Cell, program: string): Promise<() => void> {
  const pid = await pidOf(cell, program);
  if (pid === null) {
    cell.notes.push(`${program} was gone already`);
    return () => undefined;
  }
  const [file = '', ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  const env = Object.fromEntries(
    readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .filter((pair) => pair.includes('='))
      .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
  const cwd = readlinkSync(`/proc/${pid}/cwd`);
  send(pid, 'SIGKILL');
  return () => spawn(file, args, { env, cwd, detached: true, stdio: 'ignore' }).unref();
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself.
  }
}
