import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ISSUED_KEYS } from '../faulty-provider.ts';
import type { Row } from '../row.ts';

const OWN = 'a local cluster is made and removed by its own keys on the same machine, which do not expire';

export const CREDENTIAL_ROWS: readonly Row[] = [
  {
    name: 'credentials that expire every 20 s',
    expected: {
      'before create': OWN,
      'create-cluster': OWN,
      'install-agent-sandbox': ['passed'],
      'run-claims': ['passed'],
      unwind: OWN,
      'between stages': ['passed'],
    },
    setUp: (place) => ({
      input: { credentialsSeconds: 20, ...(place === 'between stages' ? { gates: ['runClaims'] } : {}) },
      // Long enough to see them end while claims are sent.
      ...(place === 'run-claims' ? { spec: { load: { qps: 2, total: 60 } } } : {}),
    }),
    // They expire by themselves; a gate between stages is held until they have.
    async inject(cell) {
      if (cell.place !== 'between stages') return;
      const heldSinceMs = Date.now();
      await cell.until('the end of the credentials', () => Date.now() - heldSinceMs > 21_000);
    },
    async check({ home }) {
      const issued = readFileSync(join(home.folder, ISSUED_KEYS), 'utf8').split('-----BEGIN').length - 1;
      return issued > 1 ? [] : [`credentials were issued ${issued} times`];
    },
  },
];
