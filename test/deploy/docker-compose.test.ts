import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { composeProblems, readComposeFile } from './compose-file.ts';

const file = readComposeFile();
const services = Object.entries(file.services);

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
      if (name !== 'worker') assert.match(image, /:\d+\.\d+(\.\d+)?(-[a-z]+)?(@sha256:[0-9a-f]{64})?$/);
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
    const kept = services.flatMap(([, { volumes = [] }]) =>
      volumes.map((volume) => volume.split(':')[0] ?? ''),
    );
    assert.deepEqual(kept.sort(), Object.keys(file.volumes ?? {}).sort());
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
