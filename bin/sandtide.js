#!/usr/bin/env node
// Plain JavaScript that any Node can read: an old one gets a sentence here, not a syntax error from a file of ours.
import { existsSync } from 'node:fs';

const OLDEST_NODE = 24; // the first that runs our sources as they are
const running = process.versions.node;

if (Number(running.split('.')[0]) < OLDEST_NODE) {
  process.stderr.write(
    `sandtide: this is Node ${running}, and sandtide needs Node ${OLDEST_NODE} or later.\n` +
      'On Linux (x64, arm64) a fitting Node comes with the package: start it by `npx sandtide` in the folder where\n' +
      'you installed it, or by `npm start` in a checkout. Elsewhere install Node 24 first.\n',
  );
  process.exitCode = 1;
} else {
  // A checkout runs its sources; the published package holds the compiled files alone.
  const sources = new URL('../src/cli.ts', import.meta.url);
  const compiled = new URL('../dist/src/cli.js', import.meta.url);
  await import((existsSync(sources) ? sources : compiled).href);
}
