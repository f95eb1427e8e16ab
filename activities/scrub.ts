export { scrub } from '../src/system/scrub.ts';
