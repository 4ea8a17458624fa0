// The same relay as ours on Node + socket.io: what one side of a room says, the other hears.
// usage: node peer.js PORT [unix socket or port of Redis, for rooms across processes]
"use strict";
const http = require("node:http");
const { Server } = require("socket.io");

const KINDS = ["offer", "answer", "ice-candidate", "ice-restart", "media-state", "chat-typing"];
const [port, redisAt] = process.argv.slice(2);

function adapter() {
  const { createAdapter } = require("@socket.io/redis-adapter");
  const Redis = require("ioredis");
  const where = /^\d+$/.test(redisAt) ? Number(redisAt) : redisAt;
  return createAdapter(new Redis(where), new Redis(where));
}

const server = http.createServer();
const io = new Server(server, {
  transports: ["websocket"],
  maxHttpBufferSize: 64 * 1024,
  ...(redisAt ? { adapter: adapter() } : {}),
});

io.on("connection", (socket) => {
  const room = socket.handshake.query.room;
  socket.join(room);
  for (const kind of KINDS) {
    socket.on(kind, (said) => {
      if (said !== null && typeof said === "object") socket.to(room).emit(kind, said);
    });
  }
});

server.listen(Number(port), "127.0.0.1");
