import { Command } from 'commander';
import { NO_OWNER, outlineOf } from '../planning/outline.ts';
import type { NodeCost, RunOutline } from '../planning/outline.ts';
import { askedNames, planRun } from '../planning/plan-run.ts';
import { columns } from '../report/columns.ts';
import { plural, span } from '../report/figures.ts';
import { plainText } from '../report/plain-text.ts';
import { specYaml } from '../spec/spec-yaml.ts';
import type { OutputForm } from './answer.ts';
import { print } from './answer.ts';
import { outputOption } from './options.ts';
import { ownProviders } from './own-providers.ts';
import { readSpec, setOption } from './spec-input.ts';
import { runNameFor } from './start-run.ts';

interface PlanOptions {
  name?: string;
  set: string[];
  output: OutputForm;
}

/** `sandtide plan SPEC`: what a run of SPEC would do, take back and hold; nothing is touched, Temporal isn't asked. */
export function planCommand(): Command {
  return new Command('plan')
    .description('Show what a run of SPEC would do and how it is taken back; touches nothing')
    .argument('<spec>', 'file, for instance examples/smoke.yaml')
    .option('--name <run>', 'name of the run (default: file name and time)')
    .addOption(setOption())
    .addOption(outputOption('text', 'json'))
    .action(async (file: string, options: PlanOptions) => {
      const { spec } = await readSpec(file, options.set);
      const runName = runNameFor(file, options.name);
      // Names are no matter of any Temporal.
      const namers = await ownProviders((workflowId) => ({
        kind: 'temporal',
        address: '',
        namespace: '',
        workflowId,
      }));
      const names = { ...askedNames(spec, runName, NO_OWNER, namers), takenFrom: null };
      const identity = { namespace: 'default', workflowId: runName, firstExecutionRunId: '' };
      const run = { identity, owner: NO_OWNER, startedAtMs: Date.now() };
      const outline = outlineOf(planRun(spec, run, names, namers), spec);
      print(options.output, outline, text(outline));
    });
}

function text(outline: RunOutline): string {
  const { cost, steps, unwind, names } = outline;
  const rows = steps.map(({ stage, does, takesBack, goesWith }) => [
    stage,
    does,
    goesWith === null ? takesBack : `with ${goesWith}`,
  ]);
  return [
    `run ${outline.runName} on ${outline.provider}; nothing was touched`,
    `names end in a hash that only a started run has: ${names.workloadNamespace}`,
    '',
    ...columns({
      head: ['STAGE', 'DOES', 'TAKEN BACK BY'],
      align: ['left', 'left', 'left'],
      rows: rows.map((row) => row.map(plainText)),
    }),
    '',
    `then, whatever happened: ${unwind.join(', ')}`,
    nodesLine(cost),
    '',
    'the spec, with every default:',
    '',
    specYaml(outline.spec).trimEnd(),
  ].join('\n');
}

/** What is held for how long, from the load alone to the lease. */
function nodesLine({ nodes, leastSeconds, mostSeconds, leastNodeHours, mostNodeHours }: NodeCost): string {
  const pools = Object.entries(nodes).map(([pool, amount]) => `${amount} ${pool}`);
  const [load, lease] = [span(leastSeconds), span(mostSeconds)];
  if (pools.length === 0)
    return `nodes: the cluster's own, for ${load} of load at least, for the lease of ${lease} at most`;
  return (
    `nodes: ${pools.join(' + ')}; ${load} of load is ${nodeHours(leastNodeHours)} at least, ` +
    `the lease of ${lease} is ${nodeHours(mostNodeHours)} at most`
  );
}

const nodeHours = (hours: number) => plural(hours, 'node-hour');
