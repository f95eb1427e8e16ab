import type { Finding } from './finding.ts';
import { ok, problem, skipped, warning } from './finding.ts';

/** What Temporal says of itself; null for what it would not tell. */
export interface TemporalFacts {
  serverVersion: string | null;
  namespace: string;
  retentionDays: number | null;
  /** Search attributes that we use, by what the server knows of them. */
  attributes: { missing: string[]; mistyped: string[] } | null;
  /** Workers that poll our queues. */
  pollers: Record<string, number> | null;
  sweep: 'active' | 'paused' | 'absent' | null;
}

/** A run has to be found for so long: reset, report and guard look at closed ones. */
const LEAST_RETENTION_DAYS = 3;

/** Temporal was reached. */
export function judgeTemporal(address: string, facts: TemporalFacts): Finding[] {
  return [
    ok(
      'temporal',
      `${address} answers, version ${facts.serverVersion ?? 'unknown'}, namespace ${facts.namespace}`,
    ),
    judgeRetention(facts),
    judgeAttributes(facts),
    judgeWorkers(facts),
    judgeSweep(facts),
  ];
}

/** Nobody answers. One that was asked for by name has to be there; else a run can bring its own. */
export function judgeUnreachable(address: string, asked: boolean, message: string): Finding[] {
  const rest = ['retention', 'search attributes', 'workers', 'sweep'].map((check) =>
    skipped(check, 'Temporal could not be asked'),
  );
  if (asked)
    return [problem('temporal', message, 'see that the server runs and the address is right'), ...rest];
  const says = `nothing answers at ${address}`;
  return [
    warning('temporal', says, 'start `sandtide dev`, or let a run bring its own by --embedded'),
    ...rest,
  ];
}

function judgeRetention({ retentionDays, namespace }: TemporalFacts): Finding {
  if (retentionDays === null) return skipped('retention', 'the server does not tell');
  const says = `closed runs stay for ${retentionDays} day${retentionDays === 1 ? '' : 's'}`;
  if (retentionDays >= LEAST_RETENTION_DAYS) return ok('retention', says);
  return warning(
    'retention',
    says,
    `temporal operator namespace update --namespace ${namespace} --retention 30d`,
  );
}

function judgeAttributes({ attributes }: TemporalFacts): Finding {
  const check = 'search attributes';
  if (attributes === null) return skipped(check, 'the server does not tell');
  const { missing, mistyped } = attributes;
  if (mistyped.length > 0) {
    const says = `known with another type: ${mistyped.join(', ')}`;
    return problem(
      check,
      says,
      'remove them, so that a worker can register them; runs do without until then',
    );
  }
  if (missing.length === 0) return ok(check, 'all are registered');
  const says = `not registered: ${missing.join(', ')}`;
  return warning(check, says, 'a worker registers them at its start, if it has the right to');
}

function judgeWorkers({ pollers }: TemporalFacts): Finding {
  if (pollers === null) return skipped('workers', 'the server does not tell');
  const idle = Object.entries(pollers).flatMap(([queue, count]) => (count === 0 ? [queue] : []));
  if (idle.length === 0) {
    const says = Object.entries(pollers).map(([queue, count]) => `${count} on ${queue}`);
    return ok('workers', says.join(', '));
  }
  return warning('workers', `nobody polls ${idle.join(' and ')}`, 'start one with `sandtide worker`');
}

function judgeSweep({ sweep }: TemporalFacts): Finding {
  switch (sweep) {
    case null:
      return skipped('sweep', 'the server does not tell');
    case 'active':
      return ok('sweep', 'its Schedule is active');
    case 'paused':
      return warning(
        'sweep',
        'its Schedule is paused',
        'temporal schedule toggle --schedule-id sandtide-sweep --unpause',
      );
    case 'absent':
      return warning('sweep', 'it has no Schedule', 'a worker makes it at its start');
  }
}
