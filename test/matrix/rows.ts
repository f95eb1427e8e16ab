import type { Row } from './row.ts';
import { BUG_ROWS } from './rows/bugs.ts';
import { CONTROL_PLANE_ROWS } from './rows/control-plane.ts';
import { CREATE_ROWS } from './rows/creates.ts';
import { CREDENTIAL_ROWS } from './rows/credentials.ts';
import { DISK_ROWS } from './rows/disk.ts';
import { NETWORK_ROWS } from './rows/network.ts';
import { RESET_ROWS } from './rows/reset.ts';
import { TEMPORAL_ROWS } from './rows/temporal.ts';
import { UNDO_ROWS } from './rows/undo.ts';
import { WORKER_ROWS } from './rows/worker.ts';

/** Every fault, family by family. */
export const ROWS: readonly Row[] = [
  ...WORKER_ROWS,
  ...TEMPORAL_ROWS,
  ...RESET_ROWS,
  ...CREATE_ROWS,
  ...CONTROL_PLANE_ROWS,
  ...NETWORK_ROWS,
  ...DISK_ROWS,
  ...UNDO_ROWS,
  ...BUG_ROWS,
  ...CREDENTIAL_ROWS,
];
