import fc from 'fast-check';
import type { StepId } from '../../src/domain/plan.ts';
import { STEP_IDS } from '../../src/domain/plan.ts';

/** What people and machines do to a run while it goes on. `pause` is the time that passes, in ticks. */
export type Command =
  | { type: 'pause'; ticks: number }
  | { type: 'cancel' | 'kill-worker' | 'terminate' | 'start-again' }
  /** To a workflow task: 0 is the first one, 100 the last one so far. Old Updates come along, or do not. */
  | { type: 'reset'; to: number; reapply: boolean }
  /** An Update that names the present hold, or another one. */
  | { type: 'retry' | 'skip' | 'extend' | 'tear-down'; hold: 'present' | 'other' };

/** A run, what goes wrong in it by itself, and what is done to it. Plain data: it is kept in a file where it failed. */
export interface Scene {
  /** The step that fails, and how often. */
  fails: { at: StepId; times: number } | null;
  /** The undo that fails, and how often. */
  undoFails: { at: StepId; times: number } | null;
  /** Whether a failed stage is held for a while. */
  holds: boolean;
  /** Ticks until the lease is over; null: it outlives the scene. */
  leaseTicks: number | null;
  commands: Command[];
}

/** A scene that broke a rule once. */
export interface KeptScene {
  /** Of the generator, as it was then; null where it was written by hand. */
  seed: number | null;
  /** Why it broke the rule. */
  cause: string;
  scene: Scene;
}

const step = fc.constantFrom(...STEP_IDS);
const hold = fc.constantFrom('present' as const, 'present' as const, 'other' as const);

const commands: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ type: fc.constant('pause' as const), ticks: fc.integer({ min: 1, max: 12 }) }),
  },
  { weight: 2, arbitrary: fc.constant<Command>({ type: 'cancel' }) },
  { weight: 2, arbitrary: fc.constant<Command>({ type: 'kill-worker' }) },
  { weight: 1, arbitrary: fc.constant<Command>({ type: 'terminate' }) },
  { weight: 1, arbitrary: fc.constant<Command>({ type: 'start-again' }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('reset' as const),
      to: fc.integer({ min: 0, max: 100 }),
      reapply: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constantFrom('retry', 'skip', 'extend', 'tear-down'), hold }),
  },
);

export const scenes: fc.Arbitrary<Scene> = fc.record({
  fails: fc.option(fc.record({ at: step, times: fc.integer({ min: 1, max: 3 }) })),
  undoFails: fc.option(fc.record({ at: step, times: fc.integer({ min: 1, max: 6 }) })),
  holds: fc.boolean(),
  leaseTicks: fc.option(fc.integer({ min: 5, max: 80 }), { freq: 4 }),
  commands: fc.array(commands, { minLength: 1, maxLength: 12 }),
});

/** The scene of a seed, the same each time. */
export function sceneOf(seed: number): Scene {
  const [scene] = fc.sample(scenes, { seed, numRuns: 1 });
  if (scene === undefined) throw new Error(`seed ${seed} gives no scene`);
  return scene;
}
