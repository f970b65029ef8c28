// The collector's files on a plain local origin, for pages that are to be put into the back-forward
// cache: Firefox and WebKitGTK keep none that came with `no-store`, which the collector says of
// every file. Browsers go to loopback addresses without the proxy.
import { once } from 'node:events';
import { createServer } from 'node:http';

export async function startMirror(collector) {
  const server = createServer(async ({ url }, answer) => {
    const original = await fetch(collector.http + url);
    answer.writeHead(original.status, { 'Content-Type': original.headers.get('Content-Type') ?? 'text/plain' });
    answer.end(Buffer.from(await original.arrayBuffer()));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: 'http://localhost:' + server.address().port,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
