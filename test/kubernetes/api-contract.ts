import assert from 'node:assert/strict';
import { it } from 'node:test';
import { AlreadyExistsError } from '../../src/kubernetes/api-errors.ts';
import type { KubeClient, KubeObject, KubeResource, WatchEvent } from '../../src/kubernetes/kube-client.ts';

/** A server and a kind of objects that nobody but the test makes. */
export interface ContractSubject {
  kube: KubeClient;
  resource: KubeResource;
  namespace: string;
  /** A new object; nothing of it but name and labels matters. */
  object: (name: string, labels: Record<string, string>) => KubeObject;
}

/**
 * What load generators take for granted of an API server, as tests: the real one and the benchmarks' stub run the same,
 * so that the stub stays what it stands for. `subject` is called within each test.
 */
export function itKeepsTheApiContract(subject: () => ContractSubject): void {
  it('a create answers with uid and version, and a second one meets the first', async () => {
    const { kube, resource, namespace, object } = subject();
    const made = await kube.create(resource, object('twice', {}), { namespace });
    assert.match(made.metadata.uid ?? '', /^[0-9a-f-]{36}$/);
    assert.match(made.metadata.resourceVersion ?? '', /^\d+$/);
    assert.ok(made.metadata.creationTimestamp);
    await assert.rejects(kube.create(resource, object('twice', {}), { namespace }), AlreadyExistsError);
    const found = await kube.get(resource, 'twice', { namespace });
    assert.equal(found?.metadata.uid, made.metadata.uid);
    const metadata = await kube.getMetadata(resource, 'twice', { namespace });
    assert.equal(metadata?.metadata.uid, made.metadata.uid);
    assert.equal(metadata?.['spec'] ?? metadata?.['data'], undefined);
    await kube.delete(resource, 'twice', { namespace });
  });

  it('a delete that means another uid leaves the object, and one of nothing is done', async () => {
    const { kube, resource, namespace, object } = subject();
    await kube.create(resource, object('meant', {}), { namespace });
    await kube.delete(resource, 'meant', { namespace, uid: '00000000-0000-0000-0000-000000000000' });
    assert.ok(await kube.get(resource, 'meant', { namespace }));
    await kube.delete(resource, 'meant', { namespace });
    assert.equal(await kube.get(resource, 'meant', { namespace }), null);
    await kube.delete(resource, 'meant', { namespace });
  });

  for (const metadataOnly of [false, true]) {
    it(`a watch by label ${metadataOnly ? 'of metadata ' : ''}tells what matches, in order, and no other`, async () => {
      const { kube, resource, namespace, object } = subject();
      const labelled = (name: string, group: string) =>
        kube.create(resource, object(name, { 'contract/group': group }), { namespace });
      await labelled('before', 'ours');
      const events: WatchEvent<KubeObject>[] = [];
      const gone = Promise.withResolvers<void>();
      const options = { namespace, labelSelector: 'contract/group=ours', metadataOnly };
      const watch = kube.watch(resource, options, (event) => {
        events.push(event);
        if (event.type === 'DELETED' && event.object.metadata.name === 'last') gone.resolve();
      });
      await watch.started;
      await labelled('stranger', 'theirs');
      await labelled('last', 'ours');
      await kube.deleteCollection(resource, { namespace, labelSelector: 'contract/group=theirs' });
      await kube.delete(resource, 'last', { namespace });
      await gone.promise;
      watch.stop();
      assert.deepEqual(
        events.map(told).filter((text) => !text.startsWith('MODIFIED')),
        ['RELISTED before', 'ADDED last', 'DELETED last'],
      );
      const bodies = events.flatMap((event) => (event.type === 'RELISTED' ? event.items : [event.object]));
      for (const body of bodies) {
        assert.equal(body.kind, resource.kind);
        assert.equal((body['spec'] ?? body['data']) === undefined, metadataOnly);
      }
      await kube.deleteCollection(resource, { namespace, labelSelector: 'contract/group=ours' });
      const left = await kube.list(resource, { namespace, labelSelector: 'contract/group=ours' });
      assert.deepEqual(left.items, []);
    });
  }
}

function told(event: WatchEvent<KubeObject>): string {
  if (event.type !== 'RELISTED') return `${event.type} ${event.object.metadata.name}`;
  return `RELISTED ${event.items.map((item) => item.metadata.name).join(',')}`;
}
