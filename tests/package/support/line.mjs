// The network between a browser and its proxy: it can be cut, and mended.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** Starts one that leads to this `host:port`. */
export async function startLine(to) {
  const [host, port] = to.split(':');
  const sockets = new Set();
  const server = createServer({ noDelay: true }, near => {
    const far = connect({ port: +port, host, noDelay: true });
    for (const [one, other] of [[near, far], [far, near]]) {
      sockets.add(one);
      one.on('error', () => {}).on('close', () => (sockets.delete(one), other.destroy()));
      one.pipe(other);
    }
  });
  const listen = async at => {
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
    return server.address().port;
  };
  const own = await listen(0);
  return {
    address: '127.0.0.1:' + own,
    /** Ends every connection, and refuses new ones. */
    async cut() {
      server.close();
      sockets.forEach(socket => socket.destroy());
      await once(server, 'close');
    },
    mend: () => listen(own),
    isCut: () => !server.listening,
  };
}
