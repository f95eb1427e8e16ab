import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import kept from '../model/failing-scenes.json' with { type: 'json' };
import type { PlantedFaults } from '../model/play-model.ts';
import { playModel } from '../model/play-model.ts';
import type { KeptScene } from '../model/scenes.ts';
import { scenes } from '../model/scenes.ts';

describe('in virtual time, nothing is left, no undo runs twice at once and no step is done after it', () => {
  for (const { cause, scene } of kept as KeptScene[]) {
    it(`in the scene that failed once because ${cause}`, () => {
      assert.deepEqual(playModel(scene), []);
    });
  }

  it('in a thousand random scenes', () => {
    fc.assert(
      fc.property(scenes, (scene) => {
        assert.deepEqual(playModel(scene), []);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the model finds a fault that is planted', () => {
  const planted: Record<string, PlantedFaults> = {
    'a guard that does not wait until the last activity has heard that its execution is gone': {
      neverQuiet: true,
    },
    'a guard that lets an execution in while it unwinds': { letsIn: true },
    'activities that refuse nobody after a reset': { refusesNobody: true },
  };
  for (const [what, faults] of Object.entries(planted)) {
    it(what, () => {
      const found = fc.check(
        fc.property(scenes, (scene) => {
          assert.deepEqual(playModel(scene, faults), []);
        }),
        // The same scenes each time: whether a planted fault is found must not be a matter of luck.
        { seed: 1, numRuns: 20_000, endOnFailure: true },
      );
      assert.ok(found.failed, 'no scene broke a rule');
    });
  }
});
