import { rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { execa } from 'execa';

/**
 * `npm run build`: what is published. Compiled files in dist/src, dist/workflows and dist/activities, and beside them
 * the workflow bundle, so that a worker of the package starts without bundling (src/worker.ts looks for it there).
 */
const path = (fromRoot: string) => fileURLToPath(new URL(`../${fromRoot}`, import.meta.url));

await rm(path('dist'), { recursive: true, force: true }); // a file that was removed from the sources must not live on
await execa('tsc', ['--project', path('tsconfig.build.json')], {
  preferLocal: true,
  localDir: path('.'),
  stdio: 'inherit',
});
const { code } = await bundleWorkflowCode({
  workflowsPath: path('workflows/index.ts'),
  logger: { log() {}, trace() {}, debug() {}, info() {}, warn: console.warn, error: console.error },
});
await writeFile(path('dist/workflow-bundle.js'), code);
console.log(`built dist/ (workflow bundle: ${Math.round(code.length / 1024)} KiB)`);
