/** A line of some file that the house rules do not allow. */
type Finding = string;

/** Folders in which people's own files lie; `/home/x` is nobody's and may stand in examples. */
const PERSONAL = [
  /(?<![\w.$}~\\-])\/root\b/,
  /(?<![\w.$}~\\-])\/(?:home|Users)\/(?!x\b)\w/,
  /[A-Z]:\\Users\\/,
];

/** Lines that name a folder of the author's machine: one of `own`, or anybody's home. */
export function machinePaths(files: ReadonlyMap<string, string>, own: readonly string[]): Finding[] {
  return lines(files).flatMap(({ at, line }) =>
    own.some((folder) => line.includes(folder)) || PERSONAL.some((pattern) => pattern.test(line))
      ? [`${at}: ${line.trim()}`]
      : [],
  );
}

/** Entries of a package-lock.json that say from which host a package came: the next machine has another. */
export function lockedHosts(lockfile: string): Finding[] {
  return lines(new Map([['package-lock.json', lockfile]])).flatMap(({ at, line }) =>
    /"resolved": "https?:/.test(line) ? [`${at}: ${line.trim()}`] : [],
  );
}

function lines(files: ReadonlyMap<string, string>): { at: string; line: string }[] {
  return [...files].flatMap(([path, text]) =>
    text.split('\n').map((line, index) => ({ at: `${path}:${index + 1}`, line })),
  );
}
