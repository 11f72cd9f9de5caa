// What npm's `ws` makes of a server that echoes: ws_peer.js NODE_MODULES URL [CA_FILE]. Ends with 0
// when everything came back.
'use strict';
const fs = require('fs');
const assert = require('assert');
const [modules, url, authority] = process.argv.slice(2);
const WebSocket = require(`${modules}/ws`);

const messages = ['hi', '', 'ä'.repeat(1000), Buffer.from([0, 255]), Buffer.alloc(70000, 'z'),
    'x'.repeat(250000)];
const peer = new WebSocket(url, authority ? { ca: fs.readFileSync(authority) } : {});
let answered = 0;

peer.on('open', () => messages.forEach((message) => peer.send(message)));
peer.on('message', (data, isBinary) => {
    const message = messages[answered++];
    assert.strictEqual(isBinary, Buffer.isBuffer(message));
    assert(data.equals(Buffer.from(message)));
    if (answered === messages.length) {
        peer.ping('are you there');
    }
});
peer.on('pong', (data) => {
    assert.strictEqual(data.toString(), 'are you there');
    peer.close(4001, 'bye');
});
peer.on('close', (code) => {
    assert.strictEqual(answered, messages.length);
    assert.strictEqual(code, 4001);
});
peer.on('error', (problem) => {
    throw problem;
});
