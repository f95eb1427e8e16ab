import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { composeProblems, PROJECT, readComposeFile } from './compose-file.ts';

const file = readComposeFile();
const services = Object.entries(file.services);
/** What is mounted anywhere: a volume's name, or a path of ours. */
const mounted = () =>
  services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0] ?? ''));

describe('docker-compose.yml', () => {
  it('keeps to the Compose specification', () => {
    assert.deepEqual(composeProblems(file), []);
  });

  it('publishes every port on loopback alone', () => {
    const ports = services.flatMap(([, service]) => service.ports ?? []);
    assert.ok(ports.length > 0);
    for (const port of ports) assert.match(port, /^127\.0\.0\.1:\d+:\d+$/);
  });

  it('pins the version of every image that it does not build', () => {
    for (const [name, { image }] of services) {
      if (name !== 'worker') assert.match(image, /:v?\d+\.\d+(\.\d+)?(-[a-z]+)?(@sha256:[0-9a-f]{64})?$/);
    }
  });

  it('takes server and schema of Temporal in one version', () => {
    const version = (name: string) => file.services[name]?.image.split(':')[1];
    assert.equal(version('temporal-schema'), version('temporal'));
    assert.equal(version('temporal-namespace'), version('temporal'));
  });

  it('waits for the health of what has a health check, and for the end of what ends', () => {
    for (const [name, { depends_on: needs = {} }] of services) {
      for (const [needed, { condition }] of Object.entries(needs)) {
        const service = file.services[needed];
        assert.ok(service !== undefined, `${name} needs ${needed}, which is no service`);
        if (condition === 'service_healthy') assert.ok(service.healthcheck !== undefined, needed);
        else assert.equal(condition, 'service_completed_successfully', `${name} on ${needed}`);
      }
    }
  });

  it('keeps what must outlive a container in volumes that are declared', () => {
    assert.deepEqual(
      mounted()
        .filter((source) => !source.startsWith('./'))
        .sort(),
      Object.keys(file.volumes ?? {}).sort(),
    );
  });

  it('mounts files of ours that are there, and so that no container changes them', () => {
    const ours = services.flatMap(([, { volumes = [] }]) =>
      volumes.filter((volume) => volume.startsWith('./')),
    );
    assert.ok(ours.length > 0);
    for (const volume of ours) {
      const [source = '', , mode] = volume.split(':');
      assert.ok(existsSync(join(PROJECT, source)), source);
      assert.equal(mode, 'ro', volume);
    }
  });

  it('has a health check for everything that stays up, but for the UI, which nothing waits for', () => {
    for (const [name, { restart, healthcheck }] of services) {
      if (restart === 'unless-stopped' && name !== 'temporal-ui') assert.ok(healthcheck !== undefined, name);
    }
  });

  it("gives a worker that is told to stop more time than its activities get, as Kubernetes' manifests do", () => {
    const worker = readFileSync(join(PROJECT, 'src/worker.ts'), 'utf8');
    const seconds = Number(/shutdownGraceTime: '(\d+)s'/.exec(worker)?.[1]);
    assert.ok(Number.parseInt(file.services['worker']?.stop_grace_period ?? '', 10) >= seconds + 20);
  });

  it('scrapes the worker at the port that it serves metrics on', () => {
    const [, port] = String(file.services['worker']?.environment?.['SANDTIDE_METRICS']).split(':');
    const prometheus = readFileSync(join(PROJECT, 'deploy/prometheus/prometheus.yml'), 'utf8');
    assert.ok(prometheus.includes(`worker:${port}`));
  });
});

describe('the check against the Compose specification', () => {
  const spoilt: [what: string, worker: Record<string, unknown>][] = [
    ['a misspelt key', { image: 'a', enviroment: {} }],
    ['a port that is a mapping of nothing', { image: 'a', ports: [{ publishd: 80 }] }],
    ['a condition that does not exist', { image: 'a', depends_on: { b: { condition: 7 } } }],
    ['a health check with a wrong key', { image: 'a', healthcheck: { tests: ['CMD', 'true'] } }],
  ];
  for (const [what, worker] of spoilt) {
    it(`finds ${what}`, () => {
      assert.notDeepEqual(composeProblems({ services: { ...file.services, worker } }), []);
    });
  }
});
