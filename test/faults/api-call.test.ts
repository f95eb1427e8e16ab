import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nameInBody, readApiCall } from '../../src/faults/api-call.ts';

describe('what a request asks', () => {
  const CLAIMS = '/apis/extensions.agents.x-k8s.io/v1beta1/namespaces/team-a/sandboxclaims';
  const table: [
    request: string,
    verb: string,
    resource: string | null,
    namespace: string | null,
    name: string | null,
  ][] = [
    [`GET ${CLAIMS}`, 'list', 'sandboxclaims', 'team-a', null],
    [`GET ${CLAIMS}?watch=true&resourceVersion=7`, 'watch', 'sandboxclaims', 'team-a', null],
    [`GET ${CLAIMS}?watch=1`, 'watch', 'sandboxclaims', 'team-a', null],
    [`GET ${CLAIMS}?watch=false`, 'list', 'sandboxclaims', 'team-a', null],
    [`GET ${CLAIMS}/claim-1`, 'get', 'sandboxclaims', 'team-a', 'claim-1'],
    [`GET ${CLAIMS}/claim-1/status`, 'get', 'sandboxclaims', 'team-a', 'claim-1'],
    [`POST ${CLAIMS}?fieldManager=sandtide`, 'create', 'sandboxclaims', 'team-a', null],
    [`PATCH ${CLAIMS}/claim-1`, 'patch', 'sandboxclaims', 'team-a', 'claim-1'],
    [`PUT ${CLAIMS}/claim-1`, 'update', 'sandboxclaims', 'team-a', 'claim-1'],
    [`DELETE ${CLAIMS}/claim-1`, 'delete', 'sandboxclaims', 'team-a', 'claim-1'],
    [`DELETE ${CLAIMS}?labelSelector=a%3Db`, 'deletecollection', 'sandboxclaims', 'team-a', null],
    ['GET /apis/extensions.agents.x-k8s.io/v1beta1/sandboxclaims', 'list', 'sandboxclaims', null, null],
    ['GET /api/v1/pods', 'list', 'pods', null, null],
    ['GET /api/v1/nodes/n%31', 'get', 'nodes', null, 'n1'],
    ['GET /api/v1/namespaces', 'list', 'namespaces', null, null],
    ['POST /api/v1/namespaces', 'create', 'namespaces', null, null],
    ['GET /api/v1/namespaces/team-a', 'get', 'namespaces', 'team-a', 'team-a'],
    ['PUT /api/v1/namespaces/team-a/finalize', 'update', 'namespaces', 'team-a', 'team-a'],
    ['GET /api/v1/namespaces/a/pods?watch=true&fieldSelector=metadata.name%3Dp', 'watch', 'pods', 'a', 'p'],
    ['GET /api/v1/namespaces/a/pods?fieldSelector=spec.nodeName%3Dn', 'list', 'pods', 'a', null],
    ['UPGRADE /api/v1/namespaces/a/pods/p/exec?command=ls', 'exec', 'pods', 'a', 'p'],
    ['GET /version', 'get', null, null, null],
    ['GET /apis', 'get', null, null, null],
    ['GET /api/v1?watch=true', 'get', null, null, null],
    ['GET /', 'get', null, null, null],
    ['GET /api/v1/nodes/%zz', 'get', 'nodes', null, '%zz'],
  ];
  for (const [request, verb, resource, namespace, name] of table) {
    test(`${request} is ${verb} ${resource ?? 'of nothing'} ${name ?? ''}`.trimEnd(), () => {
      const [method = '', target = ''] = request.split(' ');
      const call = readApiCall(method === 'UPGRADE' ? 'GET' : method, target, method === 'UPGRADE');
      assert.deepEqual(call, { verb, resource, namespace, name });
    });
  }

  test('the name of what is created is in its body', () => {
    assert.equal(nameInBody('{"metadata":{"name":"claim-1"}}'), 'claim-1');
    for (const body of [
      '',
      'null',
      '{}',
      '[]',
      '{"metadata":{"generateName":"claim-"}}',
      '{"metadata":{"name":7}}',
    ]) {
      assert.equal(nameInBody(body), null, body);
    }
  });
});
