import type { Planted } from '../../support/planted-workflows.ts';
import { progressQuery } from '../../../workflows/messages.ts';
import type { Place } from '../places.ts';
import type { Row } from '../row.ts';
import { everywhere } from '../row.ts';

const BUG = "throw new TypeError('planted');";
const following = (file: string, find: string, code = BUG): Planted => ({
  file,
  find,
  put: `${find}\n${code}`,
});

const bugOf = (stage: string) =>
  following(
    'stages.ts',
    `async function ${stage}({ run, entered, journal, findings }: Life): Promise<void> {`,
  );

/** Where a TypeError of ours is thrown. */
const BUG_IN: Record<Place, Planted> = {
  'before create': following('life.ts', '(run: PreparedRun, startedAtMs: number): Life {'),
  'create-cluster': bugOf('createCluster'),
  'install-agent-sandbox': bugOf('installAgentSandbox'),
  'run-claims': bugOf('runClaims'),
  unwind: following('settle.ts', '(life: Life, ending: Ending): Promise<Settled> {'), // its guard unwinds
  'between stages': following('sandbox-run.ts', "await complete(life, 'install-agent-sandbox');"),
};

export const BUG_ROWS: readonly Row[] = [
  {
    name: 'a TypeError in our own workflow code',
    expected: everywhere(['failed']),
    setUp: (place) => ({ planted: [BUG_IN[place]], input: { gates: [] } }),
    byItself: true,
    withoutReport: ['before create', 'unwind'],
    async inject() {},
  },
  {
    name: 'a TypeError in a handler',
    expected: everywhere(['passed']),
    setUp: () => ({ planted: [following('life.ts', 'life: Life | null): RunProgress {')] }),
    async inject(cell) {
      const answer = await cell.run.query(progressQuery).then(
        () => 'it answered',
        (error: unknown) => String(error),
      );
      if (!answer.includes('planted')) throw new Error(`the query did not fail by the bug: ${answer}`);
    },
  },
];
