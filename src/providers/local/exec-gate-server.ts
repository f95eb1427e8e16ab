import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { ExecRules } from './exec-rules.ts';
import { judgeExec } from './exec-rules.ts';

/**
 * A program of its own: `node exec-gate-server RULES-FILE`. It stands where the nodes' kubelets would and lets one
 * command in one namespace through to kwok. Who asks must have a certificate of the cluster, as the API server has.
 */
function serve(rulesFile: string): void {
  const rules = JSON.parse(readFileSync(rulesFile, 'utf8')) as ExecRules;
  const file = (name: string) => readFileSync(join(rules.keys, name));
  const server = createServer(
    {
      cert: file('admin.crt'),
      key: file('admin.key'),
      ca: file('ca.crt'),
      requestCert: true,
      rejectUnauthorized: true,
    },
    (_request, response) => response.writeHead(403).end('only exec is served\n'),
  );
  server.on('upgrade', (request, socket, head) => pass(request, socket, head, rules));
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  server.listen(rules.port, '127.0.0.1');
}

function pass(request: IncomingMessage, caller: Duplex, head: Buffer, rules: ExecRules): void {
  caller.on('error', () => caller.destroy());
  const verdict = judgeExec(request.url ?? '', rules);
  if (!verdict.allowed) {
    const body = `${verdict.reason}\n`;
    caller.end(
      `HTTP/1.1 403 Forbidden\r\ncontent-type: text/plain\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    );
    return;
  }
  const kwok = connect(rules.kwokPort, '127.0.0.1', () => {
    kwok.write(requestHead(request, verdict.path));
    kwok.write(head);
    caller.pipe(kwok).pipe(caller);
  });
  kwok.on('error', () => caller.destroy());
  kwok.on('close', () => caller.destroy());
  caller.on('close', () => kwok.destroy());
}

/** The upgrade is between API server and kwok: its headers go through as they are. */
function requestHead(request: IncomingMessage, path: string): string {
  const headers: string[] = [];
  for (let at = 0; at + 1 < request.rawHeaders.length; at += 2) {
    headers.push(`${request.rawHeaders[at]}: ${request.rawHeaders[at + 1]}`);
  }
  return [`${request.method} ${path} HTTP/1.1`, ...headers, '', ''].join('\r\n');
}

const rulesFile = process.argv[2];
if (rulesFile !== undefined) serve(rulesFile);
