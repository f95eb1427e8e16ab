import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import type { LayerRule } from './import-map.ts';
import { IMPORT_MAP } from './import-map.ts';
import type { Import } from './imports-of.ts';
import { importsOf } from './imports-of.ts';

/** Every import that the map does not allow, as `file: what`. `files` are paths from the root with their sources. */
export function forbiddenImports(files: ReadonlyMap<string, string>): string[] {
  const found: string[] = [];
  for (const [path, source] of files) {
    const rule = IMPORT_MAP[layerOf(path)];
    if (rule === undefined) {
      found.push(`${path}: ${layerOf(path)} has no row in the import map`);
      continue;
    }
    for (const each of importsOf(path, source)) {
      if (!isAllowed(path, rule, each)) found.push(`${path}: ${described(each)} ${each.specifier}`);
    }
  }
  return found;
}

/** `src/load` for all files of that folder; `src/cli` and `src/worker` for the files beside the folders. */
function layerOf(path: string): string {
  const [top = '', next] = path.split('/');
  if (top !== 'src' || next === undefined) return top;
  return `src/${next.replace(/\.ts$/, '')}`;
}

function isAllowed(path: string, rule: LayerRule, { specifier, kind }: Import): boolean {
  if (specifier.startsWith('.')) {
    const target = posix.join(posix.dirname(path), specifier);
    if (layerOf(target) === layerOf(path)) return true;
    const places = [...rule.values];
    if (kind === 'type') places.push(...(rule.types ?? []));
    if (kind === 'lazy') places.push(...(rule.lazy ?? []));
    return places.some((place) => place === target || place === layerOf(target));
  }
  if (kind === 'type') return true; // nothing of it is there when the file runs
  if (isBuiltin(specifier)) return rule.node === 'any' || rule.node.includes(specifier);
  return rule.packages.includes(packageOf(specifier));
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

const described = ({ kind }: Import) => (kind === 'value' ? 'imports' : `imports (${kind})`);
