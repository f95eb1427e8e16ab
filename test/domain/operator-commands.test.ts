import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { heldCost, holdMarkdown } from '../../src/domain/held-stage.ts';
import type { Hold } from '../../src/domain/operator-actions.ts';
import { holdAddress } from '../../src/domain/operator-actions.ts';
import { holdCommands, retryFrom } from '../../src/domain/operator-commands.ts';
import { shellWord } from '../../src/domain/shell-word.ts';

const NIGHTLY = { namespace: 'default', workflowId: 'nightly' };
const HOLD: Hold = { stage: 'run-claims', number: 2, sinceMs: 0, untilMs: 60_000 };
const START = { stage: 'run-claims', eventId: 23, executionRunId: 'run-2' } as const;

describe('the commands of a held stage', () => {
  it('name the hold, each for what it does', () => {
    assert.deepEqual(holdCommands(NIGHTLY, HOLD, { useExisting: false }), [
      {
        why: 'try the stage again',
        sandtide: 'sandtide retry nightly',
        temporal: `temporal workflow update execute --workflow-id nightly --name retryStage --input '{"stage":"run-claims","hold":2}'`,
      },
      {
        why: 'leave the stage out; it counts as failed',
        sandtide: 'sandtide skip nightly',
        temporal: `temporal workflow update execute --workflow-id nightly --name skipStage --input '{"stage":"run-claims","hold":2}'`,
      },
      {
        why: 'hold for 30m more',
        sandtide: 'sandtide extend nightly --by 30m',
        temporal: `temporal workflow update execute --workflow-id nightly --name extendHold --input '{"stage":"run-claims","hold":2,"by":"30m"}'`,
      },
      {
        why: 'take everything down now',
        sandtide: 'sandtide teardown nightly',
        temporal: `temporal workflow update execute --workflow-id nightly --name tearDown --input '{"stage":"run-claims","hold":2}'`,
      },
    ]);
  });

  it('are those alone that the stage allows', () => {
    const commands = holdCommands(NIGHTLY, { ...HOLD, stage: 'create-cluster' }, { useExisting: true });
    assert.deepEqual(
      commands.map(({ sandtide }) => sandtide),
      ['sandtide retry nightly', 'sandtide extend nightly --by 30m', 'sandtide teardown nightly'],
    );
  });

  it('name the namespace where it is not the default one', () => {
    const elsewhere = { ...NIGHTLY, namespace: 'team a' };
    for (const { temporal } of holdCommands(elsewhere, HOLD, { useExisting: false }))
      assert.match(temporal, / --namespace 'team a'$/);
    assert.match(retryFrom(elsewhere, START).temporal, / --namespace 'team a'$/);
  });
});

describe('the command that begins a stage again', () => {
  it('names execution and event, and leaves old Updates out', () => {
    assert.deepEqual(retryFrom(NIGHTLY, START), {
      why: 'begin again with run-claims',
      sandtide: 'sandtide retry nightly --from run-claims',
      temporal: `temporal workflow reset --workflow-id nightly --run-id run-2 --event-id 23 --reapply-exclude All --reason 'retry run-claims'`,
    });
  });
});

describe('a word of a shell', () => {
  for (const [text, word] of [
    ['nightly', 'nightly'],
    ['--all', "'--all'"],
    ['', "''"],
    ['two words', "'two words'"],
    ["it's", `'it'\\''s'`],
    ['$(reboot)', "'$(reboot)'"],
  ] as const) {
    it(`for ${JSON.stringify(text)} is ${word}`, () => assert.equal(shellWord(text), word));
  }
});

describe('what a held hour costs', () => {
  for (const [nodes, cost] of [
    [{ general: 1, sandbox: 4 }, 'a held hour costs 5 node hours (general 1, sandbox 4)'],
    [{ general: 1 }, 'a held hour costs 1 node hour (general 1)'],
    [{}, 'no nodes of its own stand meanwhile'],
  ] as const) {
    it(`with ${JSON.stringify(nodes)}: ${cost}`, () => assert.equal(heldCost(nodes), cost));
  }

  it('stands in the details, with the end of the hold and the commands', () => {
    const commands = holdCommands(NIGHTLY, HOLD, { useExisting: false });
    const error = { errorType: 'NoData', message: 'no claim became ready' };
    const held = { ...HOLD, ...error, nodes: { sandbox: 4 }, commands };
    const evidence = { host: 'worker-1', folder: '/runs/nightly/evidence', files: [], problems: [] };
    const text = holdMarkdown({ ...held, evidence });
    assert.match(text, /^## Held: run-claims failed \(hold 2\)\nno claim became ready\n/);
    assert.match(text, /^Evidence: \/runs\/nightly\/evidence on worker-1$/m);
    for (const none of [null, { ...evidence, folder: null, host: null }])
      assert.doesNotMatch(holdMarkdown({ ...held, evidence: none }), /evidence/i);
    assert.match(text, /taken down at 1970-01-01T00:01:00\.000Z unless somebody decides; a held hour/);
    for (const { temporal } of commands) assert.ok(text.includes(temporal));
  });
});

describe('the hold that an Update names', () => {
  it('is read where stage and number are there', () => {
    const address = { stage: 'run-claims', hold: 2 };
    assert.deepEqual(holdAddress({ ...address, by: '30m' }), address);
  });

  for (const junk of [
    undefined,
    null,
    7,
    'run-claims',
    [],
    {},
    { stage: 'x', hold: 1 },
    { stage: 'run-claims' },
  ]) {
    it(`is none in ${JSON.stringify(junk) ?? 'nothing'}`, () => assert.equal(holdAddress(junk), null));
  }
});
