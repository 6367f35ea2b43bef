// ShareDB on PostgreSQL: the durable peer. Prints its port. PGHOST and so on say where the tables go.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';

const require = createRequire(import.meta.url);
const ShareDB = require('sharedb');
const PostgresDB = require('sharedb-postgres');
const pg = require('pg');

const client = new pg.Client();
await client.connect();
await client.query(readFileSync(require.resolve('sharedb-postgres/structure.sql'), 'utf8'));
await client.end();

const backend = new ShareDB({ db: new PostgresDB({ max: 16 }) });
const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });

server.on('connection', (socket) => {
  const stream = new Duplex({
    objectMode: true,
    read() {},
    write(message, _encoding, done) {
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
      done();
    },
  });
  socket.on('message', (data) => stream.push(JSON.parse(String(data))));
  socket.on('close', () => stream.destroy());
  stream.on('error', () => socket.close());
  backend.listen(stream);
});
server.on('listening', () => console.log(server.address().port));
