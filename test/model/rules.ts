import type { StepId } from '../../src/domain/plan.ts';

/** Something that was done to what one owner has; the same in the model and in the recording world. */
export interface Act {
  /** `begin` takes effect, whatever becomes of the answer; `do` is the answer. */
  what: 'begin' | 'do' | 'undo' | 'undone' | 'undo-failed';
  step: StepId;
  /** Who asked for it: `sandboxRun/<execution>` or `runGuard/<execution>`. */
  by: string;
}

/**
 * What is wrong with an order of acts of one owner, in a sentence each. A reset may build anew what was taken down, so
 * "no step is done after its undo" is told by execution: those of a run act one after the other, each in one go that
 * nobody else's act interrupts; within it no step is begun once an undo was. The guard acts between them.
 */
export function brokenRules(acts: readonly Act[]): string[] {
  return [...interrupted(acts), ...begunAfterUndo(acts), ...neverUndone(acts)];
}

function interrupted(acts: readonly Act[]): string[] {
  const over = new Set<string>();
  const broken: string[] = [];
  acts.forEach(({ by, what, step }, index) => {
    const before = acts[index - 1]?.by;
    if (before !== undefined && before !== by) over.add(before);
    if (isRun(by) && over.has(by)) broken.push(`${by}: ${what} ${step} after others had begun to act`);
  });
  return broken;
}

function begunAfterUndo(acts: readonly Act[]): string[] {
  const unwinding = new Set<string>();
  const broken: string[] = [];
  for (const { by, what, step } of acts) {
    if (what === 'undo') unwinding.add(by);
    if ((what === 'begin' || what === 'do') && (unwinding.has(by) || !isRun(by)))
      broken.push(`${by}: ${what} ${step} after an undo`);
  }
  return broken;
}

function neverUndone(acts: readonly Act[]): string[] {
  const standing = new Set<StepId>();
  for (const { what, step } of acts) {
    if (what === 'begin') standing.add(step);
    if (what === 'undone') standing.delete(step);
  }
  return [...standing].map((step) => `${step} was never undone`);
}

function isRun(by: string): boolean {
  return !by.startsWith('runGuard/');
}
