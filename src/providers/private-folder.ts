import { chmod, mkdir } from 'node:fs/promises';

/** A folder of ours alone, with those above it that are missing. */
export async function makePrivate(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // Absent: removed again by somebody else; whoever writes into it finds out.
  await chmod(folder, 0o700).catch(ignoreAbsent);
}

export function isAbsent(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

/** For what may be gone already. Throws anything else. */
export function ignoreAbsent(error: unknown): void {
  if (!isAbsent(error)) throw error;
}
