import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Finding } from '../../src/doctor/finding.ts';
import { judgeFolder, judgeMemory, judgeNode } from '../../src/doctor/machine.ts';
import { judgePorts } from '../../src/doctor/ports.ts';
import { judgePrograms } from '../../src/doctor/programs.ts';
import type { TemporalFacts } from '../../src/doctor/temporal.ts';
import { judgeTemporal, judgeUnreachable } from '../../src/doctor/temporal.ts';

const MIB = 1024 ** 2;
const tool = (origin: string) => ({ name: 'etcd', version: 'v3', origin });
const folder = (free: number | null, why: string | null = null) =>
  judgeFolder('state folder', { path: '/var/state', what: 'XDG_STATE_HOME', free, why });

const WELL: TemporalFacts = {
  serverVersion: '1.29.1',
  namespace: 'default',
  retentionDays: 30,
  attributes: { missing: [], mistyped: [] },
  pollers: { sandtide: 1, 'sandtide-cleanup': 1 },
  sweep: 'active',
};
const temporal = (facts: Partial<TemporalFacts>, check: string) =>
  judgeTemporal('127.0.0.1:7233', { ...WELL, ...facts }).find((finding) => finding.check === check);

const CASES: [what: string, found: Finding | undefined, status: Finding['status'], says: RegExp][] = [
  ['a Node of the right age', judgeNode('v24.21.0'), 'ok', /v24/],
  ['an old Node', judgeNode('v20.1.0'), 'problem', /v20\.1\.0 is too old/],
  ['memory for a cluster', judgeMemory(4096 * MIB, 2), 'ok', /4\.0 GiB available, 2 cores/],
  ['little memory', judgeMemory(1536 * MIB, 1), 'warning', /1\.5 GiB available, 1 core$/],
  ['no memory', judgeMemory(300 * MIB, 2), 'problem', /300 MiB/],
  ['room on the disk', folder(50_000 * MIB), 'ok', /48\.8 GiB free in \/var\/state/],
  ['little room', folder(1000 * MIB), 'warning', /1000 MiB free/],
  ['a full disk', folder(10 * MIB), 'problem', /10 MiB free/],
  [
    'a folder that is none',
    folder(null, '/var/state is no folder'),
    'problem',
    /can't be written: \/var\/state is no/,
  ],
  ['every program', judgePrograms([tool('cache')], null), 'ok', /all 1/],
  [
    'a missing program and a Go',
    judgePrograms([tool('missing')], '/usr/bin/go'),
    'warning',
    /1 of 1 are missing: etcd$/,
  ],
  ['a missing program and no Go', judgePrograms([tool('missing')], null), 'problem', /no Go 1\.26/],
  ['free ports', judgePorts([], false), 'ok', /free/],
  ["a stranger's port", judgePorts([7233], false), 'warning', /127\.0\.0\.1:7233 taken, not by a Temporal/],
  [
    "Temporal's own port",
    judgePorts([7233, 8233], true),
    'ok',
    /7233 and 127\.0\.0\.1:8233 taken; Temporal answers/,
  ],
  ['a Temporal that is well', temporal({}, 'temporal'), 'ok', /answers, version 1\.29\.1/],
  ['retention of a month', temporal({}, 'retention'), 'ok', /30 days/],
  ['retention of a day', temporal({ retentionDays: 1 }, 'retention'), 'warning', /1 day$/],
  [
    'a search attribute that is not there',
    temporal({ attributes: { missing: ['SandtideStage'], mistyped: [] } }, 'search attributes'),
    'warning',
    /SandtideStage/,
  ],
  [
    'one of another type',
    temporal({ attributes: { missing: [], mistyped: ['SandtideStage'] } }, 'search attributes'),
    'problem',
    /another type: SandtideStage/,
  ],
  [
    'no worker',
    temporal({ pollers: { sandtide: 1, 'sandtide-cleanup': 0 } }, 'workers'),
    'warning',
    /nobody polls sandtide-cleanup$/,
  ],
  ['a paused sweep', temporal({ sweep: 'paused' }, 'sweep'), 'warning', /paused/],
  ['no sweep', temporal({ sweep: 'absent' }, 'sweep'), 'warning', /no Schedule/],
  ['what the server does not tell', temporal({ sweep: null }, 'sweep'), 'skipped', /does not tell/],
  [
    'no Temporal where none was named',
    judgeUnreachable('127.0.0.1:7233', false, '')[0],
    'warning',
    /nothing answers/,
  ],
  ['no Temporal where one was named', judgeUnreachable('h:1', true, 'h:1: gone')[0], 'problem', /h:1: gone/],
];

describe('the doctor', () => {
  for (const [what, found, status, says] of CASES) {
    it(`takes ${what} for ${status}`, () => {
      assert.equal(found?.status, status);
      assert.match(found.says, says);
    });
  }

  it('says what to do about everything that is not as it should be', () => {
    for (const [what, found] of CASES) {
      const amiss = found?.status === 'warning' || found?.status === 'problem';
      assert.equal(found?.next !== null, amiss, what);
    }
  });
});
