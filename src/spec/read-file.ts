import { open, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { InvalidSpecError } from '../domain/errors.ts';
import { parseDocument } from './parse-document.ts';
import { printable } from './quote.ts';
import type { SpecSource } from './resolve.ts';

/** A spec is some dozens of lines; what is larger than this is another kind of file. */
const MOST_BYTES = 1024 * 1024;

/** A document as it stood in a file, not yet checked. */
export interface ReadSpec extends SpecSource {
  input: unknown;
}

/**
 * Reads YAML or JSON. Throws InvalidSpecError where there is no such file or no document in it. A file called `.json`
 * has to be JSON to the letter, because `temporal workflow start --input-file` takes nothing else.
 */
export async function readSpecFile(path: string): Promise<ReadSpec> {
  const source = printable(path);
  const text = textOf(await bytesOf(path, source), source);
  return parseDocument(text, source, extname(path).toLowerCase() === '.json');
}

async function bytesOf(path: string, source: string): Promise<Buffer> {
  try {
    const found = await stat(path); // before opening it: opening a pipe waits for whoever writes to it
    if (found.isDirectory()) throw unreadable(source, 'is a folder; name the YAML or JSON file in it');
    if (!found.isFile())
      throw unreadable(source, 'is no ordinary file; write the spec to a file and name that');
    const file = await open(path);
    try {
      const buffer = Buffer.alloc(MOST_BYTES + 1);
      let length = 0;
      for (let read = -1; read !== 0; length += read) {
        read = (await file.read(buffer, length, buffer.length - length)).bytesRead;
      }
      if (length <= MOST_BYTES) return buffer.subarray(0, length);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof InvalidSpecError) throw error;
    throw unreadable(source, reasonOf(error));
  }
  throw unreadable(source, `is larger than ${MOST_BYTES / 1024} KiB; a spec has some dozens of lines`);
}

function textOf(bytes: Buffer, source: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unreadable(source, 'is not UTF-8 text; save it as UTF-8');
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'there is no such file; check the name and the folder you are in';
    case 'EACCES':
    case 'EPERM':
      return 'may not be read by you; change its permissions';
    default:
      return `cannot be read (${code})`;
  }
}

const unreadable = (source: string, message: string) => new InvalidSpecError([{ path: '', message }], source);
