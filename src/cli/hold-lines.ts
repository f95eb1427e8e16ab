import { evidencePlace } from '../domain/evidence.ts';
import type { HeldStage } from '../domain/held-stage.ts';
import { heldCost } from '../domain/held-stage.ts';
import { ticking } from '../report/figures.ts';
import { plainText } from '../report/plain-text.ts';

/**
 * A hold for people at a terminal: how long it waits, what that costs, and what to type. Commands come first in their
 * lines: where a terminal is narrow, the words behind them may be cut.
 */
export function holdLines(
  { stage, number, untilMs, nodes, evidence, commands }: HeldStage,
  nowMs: number,
): string[] {
  const place = evidencePlace(evidence);
  const left = ticking((untilMs - nowMs) / 1000);
  return [
    `${stage} is held (hold ${number}): taken down in ${left} unless you decide`,
    heldCost(nodes),
    ...(place === null ? [] : [`evidence: ${place}`]),
    ...commands.map(({ why, sandtide }) => `${sandtide} # ${why}`),
  ].map(plainText);
}
