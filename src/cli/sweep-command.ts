import { Command, InvalidArgumentError, Option } from 'commander';
import type { SweepCounts, SweepDecision } from '../domain/sweep-decision.ts';
import type { Work } from '../domain/work.ts';
import { EXIT_CODES } from '../domain/outcomes.ts';
import { plainText } from '../report/plain-text.ts';
import { PROVIDER_TYPES } from '../spec/schema.ts';
import type { TemporalAddress } from '../system/temporal.ts';
import { planSweep } from '../unwind/plan-sweep.ts';
import { removeIfDue } from '../unwind/remove-if-due.ts';
import type { SweepSettings } from '../unwind/sweep-settings.ts';
import { MAX_REMOVALS, sweepSettings } from '../unwind/sweep-settings.ts';
import type { SweepWorld } from '../unwind/take-stock.ts';
import { addTemporalOptions, outputOption } from './options.ts';
import type { OpenSweepWorld } from './sweep-world.ts';
import { sweepJson, sweepText } from './sweep-print.ts';
import type { OutputStream } from './tool-progress.ts';
import { progressLine } from './tool-progress.ts';

export interface SweepCommandDeps {
  open: (given: TemporalAddress) => Promise<OpenSweepWorld>;
  env: NodeJS.ProcessEnv;
  /** Where the result goes. */
  out: OutputStream;
  /** Where progress goes. */
  err: OutputStream;
  /** Aborted on Ctrl-C: what is being removed is left to the next sweep. */
  signal: AbortSignal;
  exitWith(code: number): void;
}

/** A cluster, what was decided, and what came of it. */
export interface SweptRow {
  decision: SweepDecision;
  /** `planned` in a dry run, null where it stays; else as in `RemovalOutcome`, or `failed`. */
  outcome: 'planned' | 'removed' | 'gone' | 'kept' | 'failed' | null;
  /** Why it was kept after all, or failed. */
  detail: string | null;
}

/** All that a sweep of the command line has to tell. */
export interface SweepAccount {
  settings: SweepSettings;
  temporal: OpenSweepWorld['temporal'];
  reachable: boolean;
  counts: SweepCounts;
  rows: SweptRow[];
  problems: { provider: string; message: string }[];
}

interface SweepOptions extends TemporalAddress {
  provider?: string[];
  apply?: boolean;
  protect?: string[];
  max: number;
  output: 'text' | 'json';
}

/** `sandtide sweep`: says what nobody owns any more, and with --apply removes it. */
export function sweepCommand(deps: SweepCommandDeps): Command {
  return addTemporalOptions(new Command('sweep'))
    .description('Find what carries our labels and nobody owns any more; says what it would remove, and why')
    .addOption(
      new Option('--provider <type...>', 'providers to ask (default: all)').choices([...PROVIDER_TYPES]),
    )
    .option('--apply', 'remove it')
    .option(
      '--protect <name...>',
      'runs, owners or clusters that are not touched, besides those of SANDTIDE_PROTECT',
    )
    .option('--max <n>', 'most removals of this pass', wholeNumber, MAX_REMOVALS)
    .addOption(outputOption('text', 'json'))
    .action(async (options: SweepOptions) => {
      const account = await sweep(options, deps);
      deps.out.write(
        options.output === 'json' ? `${JSON.stringify(sweepJson(account), null, 2)}\n` : sweepText(account),
      );
      const failed = account.rows.some(({ outcome }) => outcome === 'failed');
      deps.exitWith(failed || account.problems.length > 0 ? EXIT_CODES.failed : EXIT_CODES.passed);
    });
}

async function sweep(options: SweepOptions, deps: SweepCommandDeps): Promise<SweepAccount> {
  const settings = sweepSettings(
    {
      apply: options.apply ?? false,
      ...(options.provider === undefined ? {} : { providers: options.provider }),
      protect: options.protect ?? [],
      maxRemovals: options.max,
    },
    deps.env,
  );
  const line = progressLine(deps.err);
  const work: Work = { signal: deps.signal, progress: (message) => line.show(message) };
  const { address, namespace } = options;
  work.progress('asking Temporal');
  const opened = await deps.open({ address, namespace });
  const { world, temporal, reachable } = opened;
  try {
    const { decisions, counts, problems } = await planSweep(world, settings, work);
    const rows: SweptRow[] = [];
    for (const decision of decisions) {
      work.signal.throwIfAborted();
      const row = { decision, ...(await carryOut(world, decision, settings, work)) };
      rows.push(row);
      if (decision.action === 'keep' || !settings.apply) continue;
      line.end(); // stays above: a Ctrl-C must not hide what has been done
      deps.err.write(`${row.outcome} ${plainText(decision.cluster.handle.name)}\n`);
    }
    return { settings, temporal, reachable, counts, rows, problems };
  } finally {
    line.end();
    await opened.close();
  }
}

async function carryOut(
  world: SweepWorld,
  { action, cluster }: SweepDecision,
  settings: SweepSettings,
  work: Work,
): Promise<Omit<SweptRow, 'decision'>> {
  if (action === 'keep') return { outcome: null, detail: null };
  if (!settings.apply) return { outcome: 'planned', detail: null };
  try {
    const outcome = await removeIfDue(world, cluster, settings, work);
    return { outcome: outcome.kind, detail: outcome.kind === 'kept' ? outcome.reason : null };
  } catch (error) {
    work.signal.throwIfAborted();
    return { outcome: 'failed', detail: error instanceof Error ? error.message : String(error) };
  }
}

function wholeNumber(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('a whole number, 0 or more');
}
