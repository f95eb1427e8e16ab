import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { InvalidSpecError } from '../../src/domain/errors.ts';
import { readFaultsFile } from '../../src/faults/read-faults.ts';
import { ruleName } from '../../src/faults/rule-words.ts';

function written(t: TestContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'sandtide-faults-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'faults.yaml');
  writeFileSync(file, text);
  return file;
}

async function refused(t: TestContext, text: string): Promise<InvalidSpecError> {
  return readFaultsFile(written(t, text)).then(
    () => assert.fail('it was accepted'),
    (error: unknown) => {
      if (error instanceof InvalidSpecError) return error;
      throw error;
    },
  );
}

const findings = ({ problems }: InvalidSpecError) =>
  problems.map(({ line, column, path, message }) => `${line}:${column} ${path}: ${message}`);

describe('a faults file', () => {
  test('has its defaults filled in and is known by its digest', async (t) => {
    const text = 'rules:\n  - fault: { type: endWatch }\n';
    const { plan, sha256 } = await readFaultsFile(written(t, text));
    assert.deepEqual(plan, {
      seed: 1,
      rules: [{ when: { after: '0s' }, fault: { type: 'endWatch', after: '0s', abruptly: false } }],
    });
    assert.equal(sha256, createHash('sha256').update(text).digest('hex'));
  });

  test('may be JSON', async (t) => {
    const { plan } = await readFaultsFile(written(t, '{"seed": 9, "rules": [{"fault": {"type": "reset"}}]}'));
    assert.equal(plan.seed, 9);
  });

  test('is refused with every problem at once, each in its place', async (t) => {
    const error = await refused(
      t,
      [
        'rules:',
        '  - when: { verb: crate, probabillity: 0.1 }',
        '    fault: { type: status, code: 200 }',
        '  - fault: { type: sttus }',
        '  - when: { nameMatches: "(" }',
        '    fault: { type: delay }',
        '  - fault: { type: watchGone, abruptly: true }',
        'sede: 7',
      ].join('\n'),
    );
    assert.deepEqual(findings(error), [
      '2:13 rules[0].when.verb: "crate" is not known; did you mean create?; known: get, list, watch, create, update, patch, delete, deletecollection, exec',
      '2:26 rules[0].when.probabillity: unknown key; did you mean probability?; known here: verb, resource, namespace, nameMatches, after, until, probability, every, times',
      '3:28 rules[0].fault.code: found 200; allowed: a whole number from 400 to 599',
      '4:14 rules[1].fault.type: "sttus" is not known; did you mean status?; known: status, reset, lostAnswer, stall, delay, endWatch, watchGone',
      '5:13 rules[2].when.nameMatches: found "("; allowed: a regular expression as JavaScript reads it, such as "^claim-[0-9]+$"',
      '6:5 rules[2].fault.for: is missing; give a duration from 1ms to 24h, written like 250ms, 90s or 1h30m',
      '7:31 rules[3].fault.abruptly: unknown key; did you mean rules.fault.abruptly?; known here: type, after',
      '8:1 sede: unknown key; did you mean seed?; known here: seed, rules',
    ]);
    assert.match(error.message, /^the faults file has 8 problems; nothing was created\n/);
  });

  test('is refused where a rule could never take a call', async (t) => {
    const error = await refused(
      t,
      'rules:\n  - when: { verb: list, until: 3s, after: 4s }\n    fault: { type: watchGone }\n',
    );
    assert.deepEqual(findings(error), [
      '2:13 rules[0].when.verb: found "list", but watchGone happens to watches alone; leave verb out or write watch',
      '2:25 rules[0].when.until: 3s is not later than after (4s)',
    ]);
  });

  for (const [what, text, message] of [
    [
      'empty',
      '',
      'there is no faults file; a faults file is a mapping with the keys seed, rules, of which rules is needed',
    ],
    ['without rules', 'rules: []', 'found an empty list; allowed: a list of 1 to 100 rules'],
    ['no YAML', 'rules: [', 'not valid YAML'],
  ] as const) {
    test(`is refused where it is ${what}`, async (t) => {
      const [problem] = (await refused(t, text)).problems;
      assert.ok(problem?.message.startsWith(message), problem?.message);
    });
  }

  test('that is not there is refused under its own name', async () => {
    await assert.rejects(readFaultsFile('no-such-folder/faults.yaml'), {
      message:
        'the faults file has 1 problem; nothing was created\n  no-such-folder/faults.yaml (document): there is no such file; check the name and the folder you are in',
    });
  });

  test('of the examples is accepted, and each kind of fault stands in it', async () => {
    const file = fileURLToPath(new URL('../../examples/faults.yaml', import.meta.url));
    const { plan } = await readFaultsFile(file);
    const kinds = new Set(plan.rules.map(({ fault }) => fault.type));
    assert.deepEqual([...kinds].sort(), [
      'delay',
      'endWatch',
      'lostAnswer',
      'reset',
      'stall',
      'status',
      'watchGone',
    ]);
    assert.ok(readFileSync(file, 'utf8').includes('sandtide dev --faults'));
  });
});

test('a rule without a name is called by what it does', async (t) => {
  const { plan } = await readFaultsFile(
    written(
      t,
      [
        'rules:',
        '  - { when: { verb: create, resource: sandboxclaims, namespace: a }, fault: { type: status, code: 429 } }',
        '  - { fault: { type: watchGone } }',
        '  - { when: { verb: get }, fault: { type: stall, for: 3s } }',
        '  - { fault: { type: stall } }',
        '  - { fault: { type: delay, for: 1s } }',
        '  - { name: mine, fault: { type: reset } }',
      ].join('\n'),
    ),
  );
  assert.deepEqual(plan.rules.map(ruleName), [
    '429 on create sandboxclaims in a',
    'watchGone on watch any resource',
    'stall of 3s on get any resource',
    'stall on any verb any resource',
    'delay of 1s on any verb any resource',
    'mine',
  ]);
});
