import { parseSync } from 'oxc-parser';

/** One import of a file, as written. */
export interface Import {
  /** `./x.ts`, `node:fs` or a package. */
  specifier: string;
  /** `type` is gone when the file runs; `lazy` is an `import()` at the moment of need. */
  kind: 'value' | 'type' | 'lazy';
}

/** All imports and re-exports of a TypeScript file. */
export function importsOf(path: string, source: string): Import[] {
  const { module, errors } = parseSync(path, source);
  if (errors.length > 0) throw new SyntaxError(`${path}: ${errors[0]?.message}`);
  const imports: Import[] = module.staticImports.map(({ moduleRequest, entries }) => ({
    specifier: moduleRequest.value,
    kind: entries.length > 0 && entries.every((entry) => entry.isType) ? 'type' : 'value',
  }));
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest, isType } of entries) {
      if (moduleRequest !== null)
        imports.push({ specifier: moduleRequest.value, kind: isType ? 'type' : 'value' });
    }
  }
  for (const { moduleRequest } of module.dynamicImports) {
    // Quoted, or an expression that nobody can check from outside; the latter never equals a known place.
    const written = source.slice(moduleRequest.start, moduleRequest.end);
    imports.push({ specifier: written.replace(/^(['"`])(.*)\1$/, '$2'), kind: 'lazy' });
  }
  return imports;
}
