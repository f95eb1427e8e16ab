import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExecRules } from '../../../src/providers/local/exec-rules.ts';
import { judgeExec } from '../../../src/providers/local/exec-rules.ts';

const rules: ExecRules = {
  port: 1,
  kwokPort: 2,
  keys: '/keys',
  namespace: 'workload',
  command: ['/bin/node', '-e', 'a&b=c', '0.1'],
  pass: 'only-the-gate-knows',
};

function asked(
  path: string,
  command: readonly string[],
  more: Record<string, string> = { output: '1' },
): string {
  const query = new URLSearchParams(more);
  for (const part of command) query.append('command', part);
  return `${path}?${query.toString()}`;
}

test("the run's command in the run's namespace is passed on under the name that kwok takes", () => {
  const verdict = judgeExec(
    asked('/exec/workload/pod-1/sandbox', rules.command, { output: '1', error: '1' }),
    rules,
  );
  assert.ok(verdict.allowed);
  const passed = new URL(verdict.path, 'http://kwok');
  assert.equal(passed.pathname, '/exec/only-the-gate-knows/pod-1/sandbox');
  assert.deepEqual(passed.searchParams.getAll('command'), rules.command);
  assert.deepEqual([passed.searchParams.get('output'), passed.searchParams.get('error')], ['1', '1']);
});

const refused: [string, string][] = [
  ['another namespace', asked('/exec/default/pod-1/sandbox', rules.command)],
  ["kwok's own name for it", asked('/exec/only-the-gate-knows/pod-1/sandbox', rules.command)],
  ['another program', asked('/exec/workload/pod-1/sandbox', ['/bin/sh', ...rules.command.slice(1)])],
  ['another argument', asked('/exec/workload/pod-1/sandbox', [...rules.command.slice(0, 3), '99'])],
  ['one argument more', asked('/exec/workload/pod-1/sandbox', [...rules.command, 'x'])],
  ['one argument less', asked('/exec/workload/pod-1/sandbox', rules.command.slice(0, 3))],
  ['no command', asked('/exec/workload/pod-1/sandbox', [])],
  ['a terminal', asked('/exec/workload/pod-1/sandbox', rules.command, { tty: '1', output: '1' })],
  ['an input', asked('/exec/workload/pod-1/sandbox', rules.command, { input: 'true' })],
  ['attach', asked('/attach/workload/pod-1/sandbox', rules.command)],
  ['port-forward', '/portForward/workload/pod-1'],
  ['logs', '/containerLogs/workload/pod-1/sandbox'],
  ['a path beyond the container', asked('/exec/workload/pod-1/uid/sandbox', rules.command)],
  ['a path that climbs', asked('/exec/workload/../default/sandbox', rules.command)],
  ['an encoded slash in the pod', asked('/exec/workload/pod%2F..%2Fx/sandbox', rules.command)],
  ['a line break in the pod', asked('/exec/workload/pod%0d%0aX/sandbox', rules.command)],
  ['a host in place of a path', 'http://elsewhere/containerLogs/workload/pod/sandbox'],
  ['nothing', ''],
];

for (const [what, request] of refused) {
  test(`${what} is refused`, () => {
    const verdict = judgeExec(request, rules);
    assert.equal(verdict.allowed, false);
  });
}
