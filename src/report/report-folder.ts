import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { slug } from '../domain/names.ts';

/** A run name that is a good folder name as it stands. */
const PLAIN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/**
 * The folder of one run below `base`. A run name is a workflow id and may be any text at all: what is no good folder
 * name becomes a slug and a hash, joined by a character that no plain name has. So no name leads out of `base`, and two
 * names never share a folder.
 */
export function reportFolder(base: string, runName: string): string {
  return join(base, PLAIN.test(runName) ? runName : `${slug(runName, 40)}~${hash(runName)}`);
}

/** Of the name as JSON, which keeps apart even what is no valid Unicode. */
function hash(runName: string): string {
  return createHash('sha256').update(JSON.stringify(runName)).digest('hex').slice(0, 16);
}
