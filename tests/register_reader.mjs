// A third reader of a register, in another language and without any library: Node's own Web Cryptography only.
// It reads the static files of a log from a folder, builds the tree from the leaves, and demands of every tile what follows.
// c2sp.org/signed-note, c2sp.org/tlog-checkpoint, c2sp.org/tlog-tiles, RFC 6962 section 2.1.
//
//     node tests/register_reader.mjs FOLDER VKEY...     prints {"origin":...,"size":...,"root":"<hex>"} or says what is wrong
import { readFile } from "node:fs/promises";
import { join } from "node:path";

const WIDTH = 256;
const refuse = (sentence) => { throw new Error(sentence); };
const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", Buffer.concat(parts)));
const hex = (bytes) => Buffer.from(bytes).toString("hex");
const same = (left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)) === 0;

function unbase64(text, length) {
  const bytes = Buffer.from(text, "base64");
  if (bytes.toString("base64") !== text || bytes.length !== length) refuse("not base64 of as many bytes");
  return bytes;
}

function spelled(number) {
  const text = String(number);
  const threes = text.padStart(Math.ceil(text.length / 3) * 3, "0").match(/.{3}/g);
  return threes.map((three, at) => (at < threes.length - 1 ? "x" : "") + three).join("/");
}

const tilePath = (level, number, width) =>
  `tile/${level}/${spelled(number)}` + (width < WIDTH ? `.p/${width}` : "");

async function treeHash(hashes) {
  let level = hashes;
  if (!level.length) return sha256(Buffer.alloc(0));
  while (level.length > 1) {
    const above = [];
    for (let at = 0; at + 1 < level.length; at += 2) above.push(await sha256(Buffer.of(1), level[at], level[at + 1]));
    if (level.length % 2) above.push(level.at(-1));
    level = above;
  }
  return level[0];
}

async function signedBy(vkey, lines, message) {
  const [, name, keyId, material] = vkey.match(/^([^+\s]+)\+([0-9a-f]{8})\+(.+)$/) ?? refuse("not a key of a note");
  const typed = unbase64(material, 33);
  if (typed[0] !== 1) refuse("not the key of a log");
  if (hex((await sha256(Buffer.from(name + "\n"), typed)).slice(0, 4)) !== keyId) refuse("the id is not that of the key");
  const key = await crypto.subtle.importKey("raw", typed.subarray(1), "Ed25519", false, ["verify"]);
  const mine = lines.filter((line) => line.startsWith(`— ${name} `)).map((line) => line.slice(`— ${name} `.length));
  for (const text of mine) {
    const signature = unbase64(text, 68);
    if (hex(signature.subarray(0, 4)) !== keyId) continue;
    return crypto.subtle.verify("Ed25519", key, signature.subarray(4), message);
  }
  return false;
}

async function readCheckpoint(raw, vkeys) {
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw);
  const parts = text.split("\n");
  if (parts.length !== 5 + vkeys.length || parts[3] || parts.at(-1)) {
    refuse("not three lines, an empty line and one signature of each key");
  }
  const message = Buffer.from(parts.slice(0, 3).join("\n") + "\n");
  for (const vkey of vkeys) {
    if (!(await signedBy(vkey, parts.slice(4, -1), message))) refuse("a key has not signed the checkpoint");
  }
  if (!/^(0|[1-9][0-9]*)$/.test(parts[1])) refuse("the size is no number");
  return { origin: parts[0], size: Number(parts[1]), root: unbase64(parts[2], 32) };
}

function readBundle(raw, width) {
  const leaves = [];
  for (let at = 0; at < raw.length; ) {
    if (at + 2 > raw.length) refuse("a bundle is cut");
    const end = at + 2 + raw.readUInt16BE(at);
    if (end > raw.length) refuse("a bundle is cut");
    leaves.push(raw.subarray(at + 2, end));
    at = end;
  }
  if (leaves.length !== width) refuse(`a bundle has ${leaves.length} leaves of ${width}`);
  return leaves;
}

async function readRegister(read, vkeys) {
  const { origin, size, root } = await readCheckpoint(await read("checkpoint"), vkeys);
  let hashes = [];
  for (let number = 0; number * WIDTH < size; number += 1) {
    const width = Math.min(WIDTH, size - number * WIDTH);
    for (const leaf of readBundle(await read(tilePath("entries", number, width)), width)) {
      hashes.push(await sha256(Buffer.of(0), leaf));
    }
  }
  if (!same(await treeHash(hashes), root)) refuse("the leaves have another root");
  for (let level = 0; hashes.length; level += 1) {
    const above = [];
    for (let at = 0; at < hashes.length; at += WIDTH) {
      const row = hashes.slice(at, at + WIDTH);
      const path = tilePath(level, at / WIDTH, row.length);
      if (!same(await read(path), Buffer.concat(row))) refuse(`${path} does not follow from the leaves`);
      if (row.length === WIDTH) above.push(await treeHash(row));
    }
    hashes = above;
  }
  return { origin, size, root: hex(root) };
}

const [folder, ...vkeys] = process.argv.slice(2);
try {
  console.log(JSON.stringify(await readRegister((path) => readFile(join(folder, path)), vkeys)));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
