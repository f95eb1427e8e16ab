import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import kept from '../model/failing-scenes.json' with { type: 'json' };
import { playScene } from '../model/play-scene.ts';
import type { KeptScene, Scene } from '../model/scenes.ts';
import { sceneOf } from '../model/scenes.ts';
import { RunEnvironment } from '../support/run-environment.ts';

/** How many scenes are played, from which seed on. 50 by `npm run test:model`. */
const SCENES = Number(process.env['SANDTIDE_MODEL_SCENES'] ?? 10);
const FIRST_SEED = Number(process.env['SANDTIDE_MODEL_SEED'] ?? 1);
/** How many are played at once: most of a scene is waiting. */
const AT_ONCE = 16;

let env: RunEnvironment;
before(async () => {
  env = await RunEnvironment.start();
});
after(() => env.stop());

async function assertKept(name: string, scene: Scene): Promise<void> {
  const broken = await playScene(env, name, scene);
  assert.deepEqual(broken, [], `${name}: ${JSON.stringify(scene)}\n${story(name)}`);
}

/** What happened, for whoever looks for the cause. */
function story(name: string): string {
  const acts = env.world.log.filter(({ runName }) => runName === name);
  return acts.map(({ by, what, step, owner }) => `${owner} ${by.slice(0, 20)} ${what} ${step}`).join('\n');
}

/** A pool of so many at once, for all that a test plays. */
function inTurn(count: number): (play: () => Promise<void>) => Promise<void> {
  let free = count;
  const waiting: (() => void)[] = [];
  return async (play) => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    else free -= 1;
    try {
      await play();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}

describe(
  'on a real server, nothing is left, no undo runs twice at once and no step is done after it',
  {
    concurrency: true,
  },
  () => {
    const turn = inTurn(AT_ONCE);
    for (const [index, { cause, scene }] of (kept as KeptScene[]).entries()) {
      it(`in the scene that failed once because ${cause}`, () =>
        turn(() => assertKept(`kept-${index}`, scene)));
    }
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SCENES; seed += 1) {
      it(`in the scene of seed ${seed}`, () => turn(() => assertKept(`scene-${seed}`, sceneOf(seed))));
    }
  },
);
