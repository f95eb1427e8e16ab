import { formatDuration } from '../domain/durations.ts';
import { columns } from '../report/columns.ts';
import { plural } from '../report/figures.ts';
import { plainText } from '../report/plain-text.ts';
import type { SweepAccount, SweptRow } from './sweep-command.ts';

/** What a sweep found and did, for people: a table, then what follows from it. */
export function sweepText(account: SweepAccount): string {
  const { rows, problems } = account;
  const table = columns({
    head: ['ACTION', 'PROVIDER', 'CLUSTER', 'RUN', 'OWNER', 'WHY'],
    align: ['left', 'left', 'left', 'left', 'left', 'left'],
    rows: rows.map((row) => {
      const { handle, runName, owner } = row.decision.cluster;
      return [word(row), handle.provider, handle.name, runName, owner, why(row)].map(plainText);
    }),
  });
  const lines = [
    ...problems.map(({ provider, message }) => `${provider} could not be asked: ${plainText(message)}`),
    ...(account.reachable ? [] : [withoutTemporal(account)]),
    ...(rows.length === 0 ? [] : table),
    ...summary(account),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function word({ outcome, decision }: SweptRow): string {
  return outcome === null || outcome === 'planned' ? decision.action : outcome;
}

function why({ decision, outcome, detail }: SweptRow): string {
  if (outcome === 'gone') return `somebody else was quicker; ${decision.reason}`;
  return detail === null ? decision.reason : `${detail} (before: ${decision.reason})`;
}

function withoutTemporal({ temporal, settings }: SweepAccount): string {
  const margin = formatDuration(settings.marginSeconds * 1000);
  return `Temporal at ${temporal.address} cannot be reached: only what is past its lease by more than ${margin} counts as nobody's`;
}

function summary({ settings, counts, rows }: SweepAccount): string[] {
  const count = (outcome: SweptRow['outcome']) => rows.filter((row) => row.outcome === outcome).length;
  const stay = [
    [counts.inUse, 'in use'],
    [counts.protected, 'protected'],
    [counts.refused, 'not labelled as ours'],
    [counts.postponed, 'left to the next pass'],
  ].flatMap(([amount, what]) => (amount === 0 ? [] : [`${amount} ${what}`]));
  const seen = `${plural(counts.seen, 'cluster')} with our labels`;
  const staying = stay.length === 0 ? '' : `, ${stay.join(', ')}`;
  if (!settings.apply) {
    const next = counts.remove === 0 ? '' : '; nothing was touched, --apply removes';
    return [`${seen}: ${counts.remove} to remove${staying}${next}`];
  }
  const done = [
    `${count('removed')} removed`,
    ...(count('gone') === 0 ? [] : [`${count('gone')} gone already`]),
    ...(count('kept') === 0 ? [] : [`${count('kept')} kept after a second look`]),
    ...(count('failed') === 0 ? [] : [`${count('failed')} failed`]),
  ];
  return [`${seen}: ${done.join(', ')}${staying}`];
}

/** The same for programs. */
export function sweepJson({ settings, temporal, reachable, counts, rows, problems }: SweepAccount): unknown {
  const { address, namespace } = temporal;
  const count = (outcome: SweptRow['outcome']) => rows.filter((row) => row.outcome === outcome).length;
  return {
    applied: settings.apply,
    temporal: { address, namespace, reachable },
    settings,
    counts: { ...counts, removed: count('removed'), gone: count('gone'), failed: count('failed') },
    clusters: rows.map(({ decision, outcome, detail }) => {
      const { handle, owner, runName, leaseUntilSeconds } = decision.cluster;
      const { ownerState, action, cause, reason } = decision;
      return {
        ...handle,
        owner,
        runName,
        leaseUntilSeconds,
        ownerState,
        action,
        cause,
        reason,
        outcome,
        detail,
      };
    }),
    problems,
  };
}
