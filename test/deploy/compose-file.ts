import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';

export const PROJECT = join(import.meta.dirname, '../..');

/** The part of a Compose file that the tests read. */
export interface ComposeFile {
  services: Record<string, ComposeService>;
  volumes?: Record<string, unknown>;
  configs?: Record<string, { content: string }>;
}

export interface ComposeService {
  image: string;
  restart?: string;
  environment?: Record<string, string>;
  entrypoint?: string[];
  command?: string[];
  stop_grace_period?: string;
  ports?: string[];
  volumes?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
}

export function readComposeFile(): ComposeFile {
  return parse(readFileSync(join(PROJECT, 'docker-compose.yml'), 'utf8')) as ComposeFile;
}

export function readDockerfile(): string {
  return readFileSync(join(PROJECT, 'Dockerfile'), 'utf8');
}

const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, 'compose-spec.schema.json'), 'utf8'),
) as object;
// The schema names formats (duration, ports) that JSON Schema leaves to the reader.
const validate = new Ajv2020({ allErrors: true, strict: false, validateFormats: false }).compile(schema);

/** What the Compose specification's own schema finds wrong with a file. */
export function composeProblems(file: unknown): string[] {
  validate(file);
  return (validate.errors ?? []).map((error) => `${error.instancePath}: ${error.message ?? error.keyword}`);
}
