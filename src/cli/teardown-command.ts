import { Command, Option } from 'commander';
import { ConflictError } from '../domain/errors.ts';
import type { OwnedCluster } from '../domain/owned-cluster.ts';
import { EXIT_CODES } from '../domain/outcomes.ts';
import type { AskedCluster } from '../domain/sweep-decision.ts';
import type { Work } from '../domain/work.ts';
import { plural } from '../report/figures.ts';
import { plainText } from '../report/plain-text.ts';
import { PROVIDER_TYPES } from '../spec/schema.ts';
import type { TemporalAddress } from '../system/temporal.ts';
import { removeOwned } from '../unwind/remove-owned.ts';
import { takeStock } from '../unwind/take-stock.ts';
import { failureOf, whatIsLeft } from '../unwind/what-is-left.ts';
import { Interrupted } from './interrupts.ts';
import type { OutputForm } from './answer.ts';
import { print } from './answer.ts';
import { addTemporalOptions, outputOption } from './options.ts';
import { refusedOption } from './refused-option.ts';
import type { OpenSweepWorld } from './sweep-world.ts';
import { nothingFound, teardownJson, teardownTable } from './teardown-print.ts';
import type { OutputStream } from './tool-progress.ts';
import { progressLine } from './tool-progress.ts';

export interface TeardownCommandDeps {
  open: (given: TemporalAddress) => Promise<OpenSweepWorld>;
  /** Asks the person at the terminal; null where there is none. */
  confirm: ((question: string) => Promise<boolean>) | null;
  out: OutputStream;
  err: OutputStream;
  signal: AbortSignal;
  exitWith(code: number): void;
}

interface TeardownOptions extends TemporalAddress {
  provider?: string[];
  yes?: boolean;
  force?: boolean;
  output: OutputForm;
}

/**
 * `sandtide teardown RUN`: takes down what a run left, from labels alone; Temporal may be gone for good. A run that is
 * held is told to do it itself.
 */
export function teardownCommand(deps: TeardownCommandDeps): Command {
  return addTemporalOptions(new Command('teardown'))
    .description('Take down what a run left, from its labels alone: works without Temporal')
    .argument('<run>', 'name of the run, or its owner where several runs had that name')
    .addOption(
      new Option('--provider <type...>', 'providers to ask (default: all)').choices([...PROVIDER_TYPES]),
    )
    .option('--yes', 'do not ask')
    .option('--force', 'even though the run is open')
    .addOption(outputOption('text', 'json'))
    .action(async (run: string, options: TeardownOptions) => {
      const line = progressLine(deps.err);
      const work: Work = { signal: deps.signal, progress: (message) => line.show(message) };
      const { address, namespace } = options;
      work.progress('asking Temporal');
      const opened = await deps.open({ address, namespace });
      try {
        const told = (await opened.tearDownHeld?.(run)) ?? null;
        if (told !== null) {
          line.end();
          const text = `${run}: ${told}; watch it with \`sandtide status --follow ${run}\``;
          print(options.output, { runName: run, message: told }, text, deps.out);
          return;
        }
        deps.exitWith(
          (await teardown(run, options, opened, deps, work, line)) ? EXIT_CODES.passed : EXIT_LEFT,
        );
      } finally {
        line.end();
        await opened.close();
      }
    });
}

/** Something is left, as after a run whose cleanup is incomplete. */
const EXIT_LEFT = EXIT_CODES['cleanup-incomplete'];

/** True when nothing of the run is left. */
async function teardown(
  run: string,
  options: TeardownOptions,
  { world, temporal, reachable }: OpenSweepWorld,
  deps: TeardownCommandDeps,
  work: Work,
  line: ReturnType<typeof progressLine>,
): Promise<boolean> {
  const providers = options.provider ?? [...PROVIDER_TYPES];
  const json = options.output === 'json';
  const say = (text: string) => {
    line.end();
    (json ? deps.err : deps.out).write(`${text}\n`); // a document stands alone on the output
  };
  const others = new Set<string>();
  const { clusters, problems } = await takeStock(world, providers, work, (cluster) => {
    const meant = isOf(run, cluster);
    if (!meant && cluster.runName !== '') others.add(cluster.runName);
    return meant;
  });
  for (const { provider, message } of problems) say(`${provider} could not be asked: ${plainText(message)}`);
  if (!reachable) say(`Temporal at ${temporal.address} cannot be reached: going by the labels alone`);
  if (clusters.length === 0) {
    say(nothingFound(run, providers, [...others]));
    if (json) deps.out.write(teardownJson({ run, reachable, problems, clusters, removed: [], left: [] }));
    return problems.length === 0;
  }
  for (const text of teardownTable(run, clusters)) say(text);
  if (options.force !== true) refuseOpen(run, clusters);
  if (options.yes !== true) await askFirst(clusters, deps, line);

  const removed: string[] = [];
  const failed: string[] = [];
  for (const { cluster } of clusters) {
    work.signal.throwIfAborted();
    const failure = await failureOf(() => removeOwned(world, cluster, work), work);
    if (failure === null) {
      removed.push(cluster.handle.name);
      say(`removed ${cluster.handle.name} (${cluster.handle.provider})`);
    } else failed.push(`${cluster.handle.name} (${cluster.handle.provider}): ${failure}`);
  }
  const left = [...failed, ...(await whatIsLeft(world, clusters, work))];
  if (left.length === 0) say('nothing is left');
  else say(`still left:\n${left.map((text) => `  ${plainText(text)}`).join('\n')}`);
  if (json) deps.out.write(teardownJson({ run, reachable, problems, clusters, removed, left }));
  return left.length === 0 && problems.length === 0;
}

/** By name as it is: a prefix or a slug might mean another run too. */
function isOf(run: string, { runName, home, owner }: OwnedCluster): boolean {
  return run === runName || run === home.workflowId || run === owner;
}

function refuseOpen(run: string, clusters: readonly AskedCluster[]): void {
  const open = clusters.filter(({ ownerState }) => ownerState === 'open');
  const [first] = open;
  if (first === undefined) return;
  throw new ConflictError({
    object: `run ${run}`,
    what: `it is open and uses ${open.map(({ cluster }) => cluster.handle.name).join(', ')}; nothing was touched`,
    next:
      first.cluster.home.kind === 'embedded'
        ? 'stop the command that runs it (Ctrl-C), or take its cluster away with --force'
        : `end it with \`sandtide cancel ${first.cluster.home.workflowId}\`, or take its cluster away with --force`,
  });
}

async function askFirst(
  clusters: readonly AskedCluster[],
  { confirm }: TeardownCommandDeps,
  line: ReturnType<typeof progressLine>,
): Promise<void> {
  if (confirm === null) {
    throw refusedOption('--yes', 'nobody is there to be asked: say --yes to remove what is listed above');
  }
  line.end();
  const agreed = await confirm(`Remove ${plural(clusters.length, 'cluster')}? (y/N) `);
  if (!agreed) throw new Interrupted('left as it was; nothing was removed');
}
