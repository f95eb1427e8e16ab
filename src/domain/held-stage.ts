import type { CollectedEvidence } from './evidence.ts';
import { evidencePlace } from './evidence.ts';
import type { Hold } from './operator-actions.ts';
import type { OperatorCommand } from './operator-commands.ts';

/** A hold as it is shown: what failed, until when it waits, what it costs, and what can be done. JSON-safe. */
export interface HeldStage extends Hold {
  errorType: string;
  message: string;
  /** Nodes by pool that stand (or may stand) meanwhile: each costs an hour for each hour of the hold. */
  nodes: Record<string, number>;
  /** What was to be seen when it failed; null where there was nothing to look at. */
  evidence: CollectedEvidence | null;
  commands: OperatorCommand[];
}

/** `a held hour costs 5 node hours (general 1, sandbox 4)`. */
export function heldCost(nodes: Readonly<Record<string, number>>): string {
  const pools = Object.entries(nodes);
  const all = pools.reduce((sum, [, count]) => sum + count, 0);
  if (all === 0) return 'no nodes of its own stand meanwhile';
  const each = pools.map(([pool, count]) => `${pool} ${count}`).join(', ');
  return `a held hour costs ${all} node hour${all === 1 ? '' : 's'} (${each})`;
}

/** For Temporal's current details. */
export function holdMarkdown(held: HeldStage): string {
  const place = evidencePlace(held.evidence);
  return [
    `## Held: ${held.stage} failed (hold ${held.number})`,
    held.message,
    ...(place === null ? [] : ['', `Evidence: ${place}`]),
    '',
    `Everything is taken down at ${new Date(held.untilMs).toISOString()} unless somebody decides; ${heldCost(held.nodes)}.`,
    '',
    ...held.commands.map(({ why, temporal }) => `- ${why}: \`${temporal}\``),
  ].join('\n');
}
