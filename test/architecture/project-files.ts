import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The project's root folder. */
export const ROOT = join(import.meta.dirname, '../..');

/** Paths from the root of all files that are, or would be, committed. */
export function projectFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const isFile = (path: string) => statSync(join(ROOT, path), { throwIfNoEntry: false })?.isFile() === true;
  return listed.split('\0').filter((path) => path !== '' && isFile(path));
}

export function readProjectFile(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Sources of all files under these folders that end in `.ts`. */
export function sourcesUnder(folders: readonly string[]): Map<string, string> {
  const isOurs = (path: string) =>
    path.endsWith('.ts') && folders.some((folder) => path.startsWith(`${folder}/`));
  return new Map(
    projectFiles()
      .filter(isOurs)
      .map((path) => [path, readProjectFile(path)]),
  );
}
