import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inLogContext } from '../../src/system/log-context.ts';
import { createLogger } from '../../src/system/logger.ts';
import { rememberSecret, withoutSecrets } from '../../src/system/secrets.ts';

/** What a logger has written, as the lines' objects. */
function recording() {
  const written: string[] = [];
  const logger = createLogger('info', { write: (line) => void written.push(line) });
  return { logger, written, lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('a line of the log', () => {
  it('says whose work it is about, however deep below it was written', async () => {
    const { logger, lines } = recording();
    const context = { run: 'nightly', stage: 'run-claims', activity: 'runClaims', attempt: 2 };
    await inLogContext(context, async () => {
      await Promise.resolve();
      setImmediate(() => logger.child({ window: 3 }).info('deep'));
      await new Promise((resolve) => setImmediate(resolve));
    });
    logger.info('outside');
    const [deep, outside] = lines();
    assert.deepEqual({ ...deep, ...context, window: 3, msg: 'deep' }, deep);
    assert.equal(outside?.['run'], undefined);
  });

  it('holds no secret that the process knows, in whatever form, and stays JSON', () => {
    const secret = 'k"ey\nof-the-cluster';
    rememberSecret(Buffer.from(secret));
    const { logger, written, lines } = recording();
    const inside = {
      error: new Error(`refused: ${secret}`),
      deep: [{ text: Buffer.from(secret).toString('base64') }],
    };
    logger.warn({ ...inside, err: inside.error }, `with ${secret}`);
    logger.info({ token: 'short', password: 123, url: 'https://a:6443/x', to: 'b@c' }, 'fields');
    for (const form of [secret, JSON.stringify(secret).slice(1, -1), Buffer.from(secret).toString('base64')])
      assert.ok(!written.join('').includes(form), form);
    const [first, second] = lines();
    assert.equal(first?.['msg'], 'with [removed]');
    assert.equal(second?.['token'], '[removed]');
    assert.equal(second?.['url'], 'https://a:6443/x');
  });
});

describe('secrets', () => {
  it('are remembered by value, but nothing so short that words would be torn', () => {
    rememberSecret('run');
    rememberSecret(undefined);
    assert.equal(withoutSecrets('a run of nothing'), 'a run of nothing');
  });

  it('are forgotten after a hundred newer ones, so that a worker of months stays as quick', () => {
    for (let index = 0; index <= 100; index += 1) rememberSecret(`token-number-${index}-of-many`);
    assert.equal(withoutSecrets('token-number-0-of-many'), 'token-number-0-of-many');
    assert.equal(withoutSecrets('token-number-100-of-many'), '[removed]');
  });
});
