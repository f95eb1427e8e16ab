import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { CancelledFailure } from '@temporalio/common';
import type { ActivityDeps } from '../../activities/deps.ts';
import { evidenceActivities } from '../../activities/evidence.ts';
import { MOST_FILE_BYTES } from '../../activities/evidence-text.ts';
import { UnavailableError } from '../../src/domain/errors.ts';
import type { CollectedEvidence, EvidenceSource } from '../../src/domain/evidence.ts';
import { PLAN, SPEC } from '../report/sample-run.ts';
import { activityEnvironment, runActivity } from '../support/run-activity.ts';

/** What provider and cluster have to tell, or why they don't. */
interface World {
  fromProvider?: () => Promise<EvidenceSource[]>;
  credentials?: () => Promise<unknown>;
  fromCluster?: EvidenceSource[];
}

const source = (name: string, collect: EvidenceSource['collect'], keep: EvidenceSource['keep'] = 'end') => ({
  name,
  about: `what ${name} tells`,
  keep,
  collect,
});
const saying = (name: string, text: string) => source(name, async () => text);
const never = () => new Promise<never>(() => undefined);

async function placeOf(t: TestContext): Promise<{ base: string; folder: string }> {
  const base = await mkdtemp(join(tmpdir(), 'sandtide-evidence-'));
  t.after(() => rm(base, { recursive: true, force: true }));
  return { base, folder: join(base, 'runs', 'nightly', 'evidence') };
}

function activitiesOf(base: string, { fromProvider, credentials, fromCluster = [] }: World) {
  const deps = {
    provider: () => ({
      type: 'local',
      capabilities: {},
      credentials: credentials ?? (async () => ({ kubeconfig: '' })),
      ...(fromProvider === undefined ? {} : { evidence: fromProvider }),
    }),
    agentSandbox: () => ({ evidence: () => fromCluster }),
    connect: () => ({ close: async () => undefined }),
    baseFolder: base,
    host: 'bench-1',
    nowMs: () => 0,
  };
  return evidenceActivities(deps as unknown as ActivityDeps);
}

function collect(
  base: string,
  world: World,
  { timeoutMs = 20_000, attempt = 1 } = {},
): Promise<CollectedEvidence> {
  const request = { plan: PLAN, spec: SPEC, timeoutMs };
  return runActivity(activityEnvironment({ attempt }), () =>
    activitiesOf(base, world).collectEvidence(request),
  );
}

/** Hanging is a failure; nothing here waits for longer than some seconds. */
describe('gathering evidence', { timeout: 30_000 }, () => {
  it('writes what provider and cluster tell, and a list of it, for nobody but the owner', async (t) => {
    const { base, folder } = await placeOf(t);
    const evidence = await collect(base, {
      fromProvider: async () => [saying('etcd.log', 'a log\n')],
      fromCluster: [saying('events.txt', 'an event\n')],
    });
    const contents = await readFile(join(folder, 'contents.txt'), 'utf8');
    assert.deepEqual(evidence, {
      host: 'bench-1',
      folder,
      files: [
        { name: 'contents.txt', bytes: Buffer.byteLength(contents) },
        { name: 'etcd.log', bytes: 6 },
        { name: 'events.txt', bytes: 9 },
      ],
      problems: [],
    });
    assert.equal(await readFile(join(folder, 'etcd.log'), 'utf8'), 'a log\n');
    assert.match(contents, /^Evidence about run nightly \(owner 0123456789\)/);
    assert.match(contents, /\nevents\.txt \(9 bytes\): what events\.txt tells\n/);
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
    assert.equal((await stat(join(folder, 'etcd.log'))).mode & 0o777, 0o600);
  });

  it('goes on past a source that fails, and says why there is nothing from it', async (t) => {
    const { base, folder } = await placeOf(t);
    const { files, problems } = await collect(base, {
      fromCluster: [
        source('events.txt', () => Promise.reject(new Error('forbidden,\n token: canary'))),
        saying('unready.txt', 'a pod\n'),
      ],
    });
    assert.deepEqual(problems, ['events.txt: forbidden, token: [removed]']);
    assert.deepEqual(
      files.map(({ name }) => name),
      ['contents.txt', 'unready.txt'],
    );
    assert.match(
      await readFile(join(folder, 'contents.txt'), 'utf8'),
      /Not to be had:\n- events\.txt: forbidden/,
    );
  });

  it('keeps what the provider tells of a cluster that cannot be reached, and the other way round', async (t) => {
    const { base } = await placeOf(t);
    const unavailable = () =>
      Promise.reject(new UnavailableError({ object: 'cluster', what: 'is half made', next: 'wait' }));
    const unreachable = await collect(base, {
      fromProvider: async () => [saying('etcd.log', 'a log\n')],
      credentials: unavailable,
      fromCluster: [saying('events.txt', 'never asked\n')],
    });
    assert.deepEqual(unreachable.problems, ['the cluster: cluster: is half made; wait']);
    assert.deepEqual(
      unreachable.files.map(({ name }) => name),
      ['contents.txt', 'etcd.log'],
    );
    const silent = await collect(base, {
      fromProvider: unavailable,
      fromCluster: [saying('events.txt', 'an event\n')],
    });
    assert.deepEqual(silent.problems, ['the provider: cluster: is half made; wait']);
    assert.deepEqual(
      silent.files.map(({ name }) => name),
      ['contents.txt', 'events.txt'],
    );
  });

  it('ends though sources, credentials and provider never answer, and keeps what others told', async (t) => {
    const { base } = await placeOf(t);
    const deaf = await collect(
      base,
      {
        fromProvider: never,
        fromCluster: [source('metrics.txt', never), saying('events.txt', 'an event\n')],
      },
      { timeoutMs: 400 },
    );
    assert.deepEqual(deaf.problems, ['metrics.txt: not within 0.4 s', 'the provider: not within 0.4 s']);
    assert.deepEqual(
      deaf.files.map(({ name }) => name),
      ['contents.txt', 'events.txt'],
    );
    const gone = await collect(base, { credentials: never }, { timeoutMs: 400 });
    assert.deepEqual(gone.problems, ['the cluster: not within 0.4 s']);
  });

  it('takes what a source has when its time is up', async (t) => {
    const { base, folder } = await placeOf(t);
    const half = source('events.txt', async ({ signal }) => {
      // On a busy machine time may be up before the source is asked.
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return 'half of the events\n';
    });
    const { problems } = await collect(base, { fromCluster: [half] }, { timeoutMs: 400 });
    assert.deepEqual(problems, []);
    assert.equal(await readFile(join(folder, 'events.txt'), 'utf8'), 'half of the events\n');
  });

  it('bounds each file, their number and the problems, however much there is', async (t) => {
    const { base, folder } = await placeOf(t);
    const many = Array.from({ length: 100 }, (_, index) => saying(`${index}.txt`, `${index}\n`));
    const failing = Array.from({ length: 100 }, (_, index) =>
      source(`f${index}`, () => Promise.reject(new Error('x'.repeat(10_000)))),
    );
    const evidence = await collect(base, {
      fromProvider: async () => [saying('etcd.log', 'a line of the log\n'.repeat(200_000)), ...many],
      fromCluster: failing,
    });
    assert.ok((await stat(join(folder, 'etcd.log'))).size <= MOST_FILE_BYTES + 100);
    assert.ok((await readdir(folder)).length <= 41);
    assert.equal(evidence.problems.length, 31);
    assert.ok(JSON.stringify(evidence).length < 16_384);
  });

  it('writes no secret', async (t) => {
    const { base, folder } = await placeOf(t);
    await collect(base, {
      fromCluster: [saying('x.log', 'Authorization: Bearer canary\nclient-key-data: canary\n')],
    });
    assert.ok(!(await readFile(join(folder, 'x.log'), 'utf8')).includes('canary'));
  });

  it('leaves nothing of an earlier run of that name; but of an attempt before it, all', async (t) => {
    const { base, folder } = await placeOf(t);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'old.txt'), 'old');
    await collect(base, { fromCluster: [saying('events.txt', 'an event\n')] });
    await collect(
      base,
      { fromCluster: [source('events.txt', () => Promise.reject(new Error('gone')))] },
      { attempt: 2 },
    );
    assert.deepEqual((await readdir(folder)).toSorted(), ['contents.txt', 'events.txt']);
    assert.equal(await readFile(join(folder, 'events.txt'), 'utf8'), 'an event\n');
  });

  it('without a folder to write to says so, and is no failure', async (t) => {
    const { base } = await placeOf(t);
    await writeFile(join(base, 'runs'), 'a file where the folder should be');
    const evidence = await collect(base, { fromCluster: [saying('events.txt', 'an event\n')] });
    assert.deepEqual([evidence.host, evidence.folder, evidence.files], [null, null, []]);
    assert.match(evidence.problems.join('\n'), /^the folder: .*ENOTDIR|EEXIST/);
  });

  it('stops when its worker does', async (t) => {
    const { base } = await placeOf(t);
    const environment = activityEnvironment();
    const activities = activitiesOf(base, {
      fromCluster: [
        source('events.txt', () => {
          environment.cancel('WORKER_SHUTDOWN');
          return never();
        }),
      ],
    });
    const request = { plan: PLAN, spec: SPEC, timeoutMs: 20_000 };
    await assert.rejects(
      runActivity(environment, () => activities.collectEvidence(request)),
      CancelledFailure,
    );
  });
});
