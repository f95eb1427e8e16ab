import { apiError, readFailure } from './api-errors.ts';
import type { Asked } from './api-errors.ts';

/** So much is kept of each stream; what follows is dropped. */
export const OUTPUT_LIMIT_BYTES = 64 * 1024;

/** Collects the beginning of a stream of bytes. */
export interface Capture {
  add(bytes: Uint8Array): void;
  text(): string;
}

/** A capture of at most `limit` bytes. */
export function createCapture(limit: number = OUTPUT_LIMIT_BYTES): Capture {
  const kept: Uint8Array[] = [];
  let room = limit;
  return {
    add(bytes) {
      const taken = bytes.subarray(0, room);
      if (taken.length > 0) kept.push(taken);
      room -= taken.length;
    },
    text: () => Buffer.concat(kept).toString('utf8'),
  };
}

interface ExecStatus {
  status?: string;
  reason?: string;
  code?: number;
  details?: { causes?: { reason?: string; message?: string }[] };
}

/**
 * The exit code in the Status object with which the server ends an exec. Throws where the command was never run
 * or the text is no such Status.
 */
export function exitCodeOf(asked: Asked, text: string): number {
  let status: ExecStatus | null = null;
  try {
    status = JSON.parse(text) as ExecStatus | null;
  } catch {
    // Reported below, with the text as the message.
  }
  if (status?.status === 'Success') return 0;
  const told = status?.details?.causes?.find((cause) => cause.reason === 'ExitCode')?.message;
  if (status?.reason === 'NonZeroExitCode' && told !== undefined && /^\d+$/.test(told)) return Number(told);
  throw apiError(asked, readFailure(status?.code ?? 500, text), { attempts: 1, retryAfterMs: 1_000 });
}
